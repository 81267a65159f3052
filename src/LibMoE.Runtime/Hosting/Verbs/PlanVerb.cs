using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Studies.Scaling;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Says how a training would be laid out on a cluster, what memory and time it would take, and what cannot fit.</summary>
internal sealed class PlanVerb(
    PlanSettings settings,
    ModelConfig model,
    TrainingConfig training,
    StudyOptions study,
    RankOptions ranks,
    IEnumerable<MoeVariant> declared,
    IAnsiConsole console,
    LearnerMaker? own = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "plan";

    /// <inheritdoc />
    public static string Description =>
        "Plans a training on many cards: memory of a rank, time of a step and where it goes, and how to divide data, experts and state.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Plan", "Model", "Training", "Study", "Ranks"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--cluster", "Plan:Cluster", "FILE", "The cluster file (JSON): cards, their memory, and the links between them."),
        new("--cards", "Plan:Cards", "N", "How many cards. [default: all of the cluster]"),
        new("--tokens", "Plan:TokensPerCard", "N",
            "Tokens that a card computes in a step. [default: those of Training:Batch sequences, divided among the cards]"),
        new("--expert-ranks", "Plan:ExpertRanks", "N", "Among how many ranks experts are divided. [default: what is fastest]"),
        new("--split-optimizer", "Plan:SplitOptimizer", "true|false",
            "Whether the optimiser's state is split over ranks (ZeRO-1). [default: where it has to be]"),
        new("--variant", "Study:Variants", "NAME", "The variant, or Dense. [default: the first that is declared]"),
    ];

    /// <inheritdoc />
    public IReadOnlyList<string> Problems()
    {
        var problems = new ProblemList();
        problems.Try(() => _ = Variant());
        return problems.Found;
    }

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Cluster, "Plan:Cluster", "the path of a cluster file");

        var variant = Variant();
        var wish = new PlanWish(
            settings.Cards, settings.TokensPerCard, (double)training.Batch * training.SequenceLength, training.MicroBatches,
            settings.ExpertRanks, settings.SplitOptimizer);
        var plan = TrainingPlan.Make(
            ScaledModel.Of(variant.Model!, variant.Mixture), ClusterFile.Read(settings.Cluster),
            StateBytes.Of(training, ranks.GradientType), wish);
        console.Write(PlanTable.Of(plan));
        return Task.FromResult(ExitCode.Done);
    }

    private StudyVariant Variant()
    {
        if (own is not null)
        {
            throw new ConfigurationException(
                "'plan' plans language models; this program trains a learner of its own, whose rows and blocks are not known.");
        }

        IReadOnlyList<MoeVariant> registered = [.. declared];
        var names = study.Variants.Length > 0 ? study.Variants : registered.Select(variant => variant.Name).FirstOrDefault("");
        var variants = StudyPlan.Make(names, registered, model, training, seeds: 1, study.DenseWidth).Variants;
        return variants.Count == 1
            ? variants[0]
            : throw new ConfigurationException($"Study:Variants is '{study.Variants}'; 'plan' takes one variant.");
    }
}
