using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>A variant of a program's own learner. What is known of it without training is asked of one that is made for that and thrown
/// away.</summary>
/// <param name="maker">How learners are made.</param>
/// <param name="mixture">The declared layer; null for the dense baseline.</param>
/// <param name="training">How the study trains.</param>
/// <param name="mixtures">The study's mixtures, of which a baseline matches the median.</param>
internal sealed class OwnLearner(LearnerMaker maker, MoeVariant? mixture, TrainingConfig training, IReadOnlyList<OwnLearner> mixtures)
{
    private LearnerFacts? _facts;
    private IReadOnlyList<Baseline>? _baselines;

    /// <summary>What is known without training.</summary>
    /// <exception cref="ConfigurationException">The configuration does not fit the learner.</exception>
    public LearnerFacts Facts => _facts ??= Ask();

    /// <summary>Simple methods on the same data, computed once.</summary>
    public IReadOnlyList<Baseline> Baselines => _baselines ??= AskBaselines();

    /// <summary>Makes the learner of a cell; the same seed gives the same one.</summary>
    /// <param name="cell">How the cell is trained, with its seed.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="ranks">The processes that train it together; null is one.</param>
    public Learner Create(TrainingConfig cell, Device device, Ranks? ranks = null)
    {
        // Asked for first: it makes learners, which draw from the generator.
        var matched = mixture is null ? Median() : null;
        return maker.Make(mixture, cell, matched, device, ranks);
    }

    private LearnerFacts Ask()
    {
        using var learner = Create(training, CPU);
        Trainer.Check(learner, training);
        return new LearnerFacts(
            learner.Cost, learner.Data, learner.HeldOutExamples, learner.BlockNumbers, learner.Settings,
            learner.Identity(training))
        {
            Cautions = learner.Cautions,
            Assistant = AssistantFacts.Of(learner.Assistant),
        };
    }

    private IReadOnlyList<Baseline> AskBaselines()
    {
        using var learner = Create(training, CPU);
        return learner.Baselines();
    }

    private MoeDeclaration? Median()
    {
        var sorted = mixtures.OrderBy(other => other.Facts.Cost.ActiveParameters).ToList();
        return sorted.Count == 0 ? null : sorted[(sorted.Count - 1) / 2].Declaration;
    }

    private MoeDeclaration? Declaration => mixture?.Declaration;
}

/// <summary>What is known of a learner without training it.</summary>
/// <param name="Cost">Its parameters and FLOPs.</param>
/// <param name="Data">What it is trained on.</param>
/// <param name="HeldOutExamples">How many held-out examples there are.</param>
/// <param name="BlockNumbers">The numbers of the blocks with mixtures.</param>
/// <param name="Settings">Settings of its own.</param>
/// <param name="Identity">What must be the same for a run to be resumed.</param>
internal sealed record LearnerFacts(
    LearnerCost Cost,
    CorpusIdentity Data,
    long HeldOutExamples,
    IReadOnlyList<int> BlockNumbers,
    IReadOnlyDictionary<string, string> Settings,
    CheckpointState Identity)
{
    /// <summary>What works and is probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    /// <summary>What is known of the model as one that is asked; null where it cannot be.</summary>
    public AssistantFacts? Assistant { get; init; }
}

/// <summary>What is known without training of a model that answers questions on images.</summary>
/// <param name="Batching">Whether its texts may share a call.</param>
/// <param name="Cautions">What works and is probably not meant, one sentence each.</param>
internal sealed record AssistantFacts(BatchRule Batching, IReadOnlyList<string> Cautions)
{
    /// <summary>The facts of an assistant; null of none.</summary>
    public static AssistantFacts? Of(VisionLanguageAssistant? assistant) => assistant is null
        ? null
        : new AssistantFacts(BatchRule.Of(assistant.Model.Language.Variant?.Declaration), assistant.Cautions);
}
