using Humanizer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime;

/// <summary>Trains and compares every declared variant and a dense baseline.</summary>
internal sealed class StudyVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "study";

    /// <inheritdoc />
    public override string Description =>
        "Trains every declared variant and a dense baseline of equal active parameters on the same text, and compares them in one table.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        VerbOptions.Preset,
        .. VerbOptions.Study,
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
        new("--plan", "Study:PlanOnly", "", "Train nothing: write cells.jsonl and list the cells, for 'run-cell'."),
    ];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var plans = StudyGrid.Plan(services.GetRequiredService<IConfiguration>(), [.. services.GetServices<MoeVariant>()]);
        var name = services.GetRequiredService<IHostEnvironment>().ApplicationName.Kebaberize();
        var runner = services.GetRequiredService<StudyRunner>();
        var study = services.GetRequiredService<StudyOptions>();
        var preset = StudyPresets.Find(study.Preset);
        if (preset?.Choose is { } choose)
        {
            plans = [.. plans.Select(choose)];
        }

        return study.PlanOnly ? runner.WriteManifestAsync(plans, name, stop) : runner.RunAsync(plans, name, stop, preset);
    }
}
