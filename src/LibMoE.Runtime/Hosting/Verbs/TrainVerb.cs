using Humanizer;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Trains one variant.</summary>
internal sealed class TrainVerb(
    IOptions<ModelConfig> model,
    IOptions<TrainingConfig> training,
    IOptions<CorpusOptions> corpus,
    IOptions<StudyOptions> study,
    IEnumerable<MoeVariant> declared,
    PlanProblems planProblems,
    Lazy<StudyRunner> runner,
    LearnerMaker? own = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "train";

    /// <inheritdoc />
    public static string Description => "Trains one variant with one seed and measures it on held-out text.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => VerbOptions.TrainingSections;

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--variant", "Study:Variants", "NAME", "The variant, or Dense. [default: the first that is declared]"),
        new("--seed", "Training:Seed", "N", "The seed of weights and data order. [default: 0]"),
        .. VerbOptions.Corpus,
        .. VerbOptions.Tokenizer,
        .. VerbOptions.Training,
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
    ];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public IReadOnlyList<string> Problems() => planProblems.Of(() => [Plan()]);

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        var plan = Plan();
        return runner.Value.RunAsync([plan], plan.Variants[0].Name.Kebaberize(), stop);
    }

    private StudyPlan Plan()
    {
        IReadOnlyList<MoeVariant> registered = [.. declared];
        var wanted = study.Value.Variants;
        var names = wanted.Length > 0 ? wanted : registered.Select(variant => variant.Name).FirstOrDefault("");
        var plan = own is not null
            ? StudyPlan.Make(names, registered, own, training.Value, seeds: 1)
            : StudyPlan.Make(names, registered, model.Value, training.Value, seeds: 1, study.Value.DenseWidth).On(corpus.Value);
        return plan.Variants.Count == 1
            ? plan
            : throw new ConfigurationException($"Study:Variants is '{wanted}'; 'train' takes one variant, 'study' takes several.");
    }
}
