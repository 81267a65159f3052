using LibMoE.Runtime.Hosting.Evaluations;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Evaluates stored models on benchmarks.</summary>
internal sealed class EvaluateVerb(
    IOptions<EvaluationOptions> options, IEnumerable<MoeVariant> declared, Lazy<EvaluationRunner> runner) : IVerb
{
    /// <inheritdoc />
    public static string Name => "evaluate";

    /// <inheritdoc />
    public static string Description =>
        "Scores models on the field's benchmarks without training on them, with error bars and chance, and compares them item by item.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Evaluation", "Ranks"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--checkpoint", "Evaluation:Checkpoint", "PATH,…",
            "Runs, checkpoints, llama2.c or GGUF files, Hugging Face folders or published models (hf:owner/name@revision). "
                + "[default: the newest run]"),
        new("--tasks", "Evaluation:Tasks", "A,B,…", "Names of tasks, and paths of task files (.json)."),
        new("--limit", "Evaluation:Limit", "N", "At most that many items of a task, spread over its data. [default: all]"),
        new("--seeds", "Evaluation:Seeds", "N", "Of a run, how many seeds of every variant. [default: all]"),
        new("--shots", "Evaluation:Shots", "K", "Examples before each question. [default: 0]"),
        new("--veto", "Evaluation:Veto", "E,L:E,…",
            "Experts that no token may pick: 3 in every MoE layer, 1:3 in MoE layer 1. [default: none]"),
        new("--force", "Evaluation:Force", "E,L:E,…", "Experts that every token must pick. [default: none]"),
        new("--precision", "Evaluation:Precision", "TYPE", "Float32 or BFloat16. [default: Float32]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small models, else one per physical core]"),
        .. VerbOptions.Run,
        VerbOptions.AllowLearnerChange,
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?> { ["Evaluation:Limit"] = "134" };

    /// <inheritdoc />
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList();
        problems.Try(() => options.Value.FindTasks());
        return problems.Found;
    }

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => runner.Value.RunAsync([.. declared], stop);
}
