using LibMoE.Runtime.Hosting.Analyses;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Looks into the routing of finished runs.</summary>
internal sealed class AnalyzeVerb(AnalysisRunner runner, IEnumerable<MoeVariant> declared) : IVerb
{
    /// <inheritdoc />
    public static string Name => "analyze";

    /// <inheritdoc />
    public static string Description =>
        "Measures the routing of stored models, disturbs it, and shows which expert handled each token; 'report' then shows it all.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Analysis", "Corpus", "Ranks"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--checkpoint", "Analysis:Path", "PATH",
            "A run, a cell of it, a checkpoint, another stored or published (hf:owner/name@revision) model. [default: the newest run]"),
        new("--text", "Analysis:Text", "TEXT", "A text, or a text file, to show token by token in routing.html and routing.json."),
        new("--ablations", "Analysis:Ablations", "true|false", "Takes every expert away by itself, too. [default: false]"),
        new("--tasks", "Analysis:Tasks", "A,B,…",
            "Tasks that are scored at every kept checkpoint and under every disturbance. [default: none]"),
        .. VerbOptions.Corpus,
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>
    {
        ["Analysis:Sequences"] = "32",
        ["Analysis:PerturbationSequences"] = "16",
    };

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => runner.RunAsync([.. declared], stop);
}
