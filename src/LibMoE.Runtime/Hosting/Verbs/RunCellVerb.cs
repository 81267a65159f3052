using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Studies.Search;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains one cell of a study.</summary>
internal sealed class RunCellVerb(
    IOptions<StudyOptions> study, IOptions<RunOptions> run, StudyPlans plans, SearchPlans searches, PlanProblems planProblems,
    Lazy<StudyRunner> runner) : IVerb
{
    /// <inheritdoc />
    public static string Name => "run-cell";

    /// <inheritdoc />
    public static string Description =>
        "Trains one cell of a study: one variant, one seed and one combination of a grid. A scheduler runs all of them, "
            + "'collect' merges them.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => [.. VerbOptions.TrainingSections, "Search"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
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
    public static IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList();
        problems.Try(() => _ = Index());
        return [.. problems.Found, .. planProblems.Of(Plans, mayExist: true)];
    }

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => runner.Value.RunCellAsync(Plans(), Index(), stop);

    /// <summary>What the run folder is of: a search whose trials were planned, or a study.</summary>
    private IReadOnlyList<StudyPlan> Plans() =>
        run.Value.Name.Length > 0 && StudyFolder.Known(run.Value, "") is { } folder && SearchRecord.IsIn(folder)
            ? searches.Make().Plans
            : plans.Make();

    private int Index() => study.Value.Index
        ?? throw new ConfigurationException("Study:Index is not set; it must be the number of a cell, as 'study --plan' lists them.");
}
