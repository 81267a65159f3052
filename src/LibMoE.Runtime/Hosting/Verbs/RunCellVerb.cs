using LibMoE.Runtime.Hosting.Studies;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains one cell of a study.</summary>
internal sealed class RunCellVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "run-cell";

    /// <inheritdoc />
    public override string Description =>
        "Trains one cell of a study: one variant, one seed and one combination of a grid. A scheduler runs all of them, 'collect' merges them.";

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => VerbOptions.TrainingSections;

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
    public override IReadOnlyList<string> Problems(IServiceProvider services)
    {
        var problems = new ProblemList();
        problems.Try(() => _ = Index(services));
        return [.. problems.Found, .. PlanProblems.Of(services, () => StudyVerb.Plans(services), mayExist: true)];
    }

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop) =>
        services.GetRequiredService<StudyRunner>().RunCellAsync(StudyVerb.Plans(services), Index(services), stop);

    private static int Index(IServiceProvider services) => services.GetRequiredService<StudyOptions>().Index
        ?? throw new ConfigurationException("Study:Index is not set; it must be the number of a cell, as 'study --plan' lists them.");
}
