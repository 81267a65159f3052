using Humanizer;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Hosting.Studies.Presets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains and compares every declared variant and a dense baseline.</summary>
internal sealed class StudyVerb(
    IOptions<StudyOptions> study,
    IHostEnvironment environment,
    StudyPlans plans,
    PlanProblems planProblems,
    Lazy<StudyRunner> runner) : IVerb
{
    /// <inheritdoc />
    public static string Name => "study";

    /// <inheritdoc />
    public static string Description =>
        "Trains every declared variant and a dense baseline of equal active parameters on the same text, and compares them in one table.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => VerbOptions.TrainingSections;

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
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
    public static IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public IReadOnlyList<string> Problems() => planProblems.Of(plans.Make);

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        var (planned, name) = (plans.Make(), environment.ApplicationName.Kebaberize());
        return study.Value.PlanOnly
            ? runner.Value.WriteManifestAsync(planned, name, stop)
            : runner.Value.RunAsync(planned, name, stop, StudyPresets.Find(study.Value.Preset));
    }
}
