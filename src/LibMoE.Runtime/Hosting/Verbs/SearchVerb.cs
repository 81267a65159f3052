using Humanizer;
using LibMoE.Runtime.Hosting.Studies;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Looks for a good declaration within a budget of trainings.</summary>
internal sealed class SearchVerb(IHostEnvironment environment, SearchPlans plans, PlanProblems planProblems, Lazy<SearchRunner> runner)
    : IVerb
{
    /// <inheritdoc />
    public static string Name => "search";

    /// <inheritdoc />
    public static string Description =>
        "Searches the declared variants and Study:Grid for low loss and few FLOPs within a budget of trainings.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Search", .. VerbOptions.TrainingSections];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--budget", "Search:Budget", "N", "How many trainings of all steps it may spend. [default: 40]"),
        new("--strategy", "Search:Strategy", "NAME",
            $"What is tried next: {string.Join(", ", SearchStrategy.All.Select(strategy => strategy.Name))}. [default: evolution]"),
        new("--halving", "Search:Halving", "N",
            "Few steps for many trials; the best 1/N go on with N times the steps. [default: 0, all steps for every trial]"),
        new("--seed", "Search:Seed", "N", "The seed of what the search draws. [default: 0]"),
        .. VerbOptions.Study,
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
        new("--plan", "Search:PlanOnly", "",
            "Train nothing: write down and list the trials that need no further results, for 'run-cell'."),
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?>(VerbOptions.QuickTraining) { ["Search:Budget"] = "8" };

    /// <inheritdoc />
    public IReadOnlyList<string> Problems() => planProblems.Of(() => plans.Make().Plans);

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) =>
        runner.Value.RunAsync(plans.Make(), environment.ApplicationName.Kebaberize() + "-search", stop);
}
