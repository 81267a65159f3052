using LibMoE.Runtime.Hosting.Studies;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Merges the cells of a study.</summary>
internal sealed class CollectVerb(Collection collection) : IVerb
{
    /// <inheritdoc />
    public static string Name => "collect";

    /// <inheritdoc />
    public static string Description =>
        "Merges the cells that 'run-cell' has trained into results.json, shows the table, and lists what is missing.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        .. VerbOptions.ExistingRun,
        VerbOptions.Preset,
        new("--missing", "Study:MissingOnly", "",
            "Print the indices of the cells that are not done, as Slurm's --array= takes them, and no more."),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => Task.FromResult(collection.Run());
}
