using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime;

/// <summary>Trains one cell of a study.</summary>
internal sealed class RunCellVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "run-cell";

    /// <inheritdoc />
    public override string Description =>
        "Trains one cell of a study: one variant, one seed and one combination of a grid. A scheduler runs all of them, 'collect' merges them.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--index", "Study:Index", "N", "Which cell, from 0; 'study --plan' lists them."),
        VerbOptions.Preset,
        .. VerbOptions.Study,
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.ExistingRun,
    ];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        if (services.GetRequiredService<StudyOptions>().Index is not { } index)
        {
            throw new ConfigurationException("Study:Index is not set; it must be the number of a cell, as 'study --plan' lists them.");
        }

        var plans = StudyGrid.Plan(services.GetRequiredService<IConfiguration>(), [.. services.GetServices<MoeVariant>()]);
        if (StudyPresets.Find(services.GetRequiredService<StudyOptions>().Preset)?.Choose is { } choose)
        {
            plans = [.. plans.Select(choose)];
        }

        return services.GetRequiredService<SingleCell>().RunAsync(plans, index, stop);
    }
}
