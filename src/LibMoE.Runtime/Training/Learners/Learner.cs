using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// What is trained: a model with its MoE layers, where its batches come from, what is minimised on a batch, and what is measured on
/// held-out data. The trainer, checkpoints, studies, analysis, report and TensorBoard work on any learner; text is one of them.
/// </summary>
/// <remarks>
/// <para>Training examples are numbered from 0 without an end: the example at a position follows from the position and the learner's seed
/// alone, so that a checkpoint holds one number, and variants of one seed see the same data in the same order.</para>
/// <para>The trainer puts the model into training or evaluation mode, opens the dispose scope, and switches gradients off for
/// measurements.</para>
/// </remarks>
/// <example>
/// <code>
/// public sealed class TableLearner(LearnerSetup setup) : Learner
/// {
///     private readonly TableNet _net = new(setup);
///     public override nn.Module Model => _net;
///     public override CorpusIdentity Data => Table.Identity;
///     public override long HeldOutExamples => Table.Test.Rows;
///     public override IReadOnlyList&lt;LearnerMetric&gt; Metrics =>
///         [new("accuracy", "share of rows", MetricDirection.Higher), LearnerMetric.Loss];
///     public override Objective Learn(long position, int examples, MoeContext context)
///     {
///         var (x_ND, y_N) = Table.Train.Rows(position, examples);
///         var (logits_NC, routings) = _net.forward(x_ND, context);
///         return new Objective(functional.cross_entropy(logits_NC, y_N), routings);
///     }
///     public override Scores Score(long first, int examples, MoeContext context) { … }
/// }
/// </code>
/// </example>
public abstract class Learner : IDisposable
{
    private IReadOnlyList<MoeLayer>? _layers;

    /// <summary>What is trained: its parameters and buffers are what a checkpoint holds. It is disposed with the learner.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>What it is trained on: a run is resumed, and runs are compared, on the same data only.</summary>
    public abstract CorpusIdentity Data { get; }

    /// <summary>How many held-out examples there are; the first <see cref="TrainingConfig.ValidationSequences"/> of them are
    /// measured.</summary>
    public abstract long HeldOutExamples { get; }

    /// <summary>How many examples there are to learn from, which a federation weighs members by; null where there is no end of
    /// them.</summary>
    public virtual long? TrainingExamples => null;

    /// <summary>What is measured on held-out data: at least one, without repeats. By the first the best step is chosen and variants are
    /// ranked.</summary>
    public abstract IReadOnlyList<LearnerMetric> Metrics { get; }

    /// <summary>The MoE layers, in the order in which a forward pass runs them; empty for a dense model. By default those inside
    /// <see cref="Model"/>, in the order of their registration.</summary>
    public virtual IReadOnlyList<MoeLayer> MoeLayers => _layers ??= [.. Model.modules().OfType<MoeLayer>()];

    /// <summary>What is declared of the MoE layers; null for a dense model. By default the first layer's.</summary>
    public virtual MoeDeclaration? Declaration => (MoeLayers.FirstOrDefault(layer => layer.Declaration.ByBlock.Count > 0)
        ?? (MoeLayers is [var first, ..] ? first : null))?.Declaration;

    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public virtual string Name => Declaration?.Name ?? MoeVariant.Dense;

    /// <summary>The number in the model, from 0, of the block that each MoE layer stands in, as charts show it.</summary>
    public virtual IReadOnlyList<int> BlockNumbers => [.. Enumerable.Range(0, MoeLayers.Count)];

    /// <summary>
    /// Factors on the learning rate by part of the model. A part is the beginning of state-dict names, in whole words between dots, such as
    /// <c>vision</c> or <c>vision.blocks.0</c>, where <c>*</c> stands for any one word; of several that fit, the one of most words holds. 0
    /// freezes the part: its parameters stay bit-equal. <see cref="TrainingConfig.Rates"/> comes before these.
    /// </summary>
    public virtual IReadOnlyDictionary<string, double> Rates => new Dictionary<string, double>();

    /// <summary>Tokens that routers see of one example on average, for figures per token; where an example is one row, 1.</summary>
    public virtual double TokensPerExample => 1;

    /// <summary>Parameters and FLOPs.</summary>
    public virtual LearnerCost Cost => LearnerCost.Of(Model, MoeLayers);

    /// <summary>The kinds of tokens that routing is looked at apart, such as modalities or types of question; see
    /// <see cref="Scores.Groups"/>.</summary>
    public virtual IReadOnlyList<string> Groups => ["all"];

    /// <summary>The kinds of examples, such as types of question, whose tokens are looked at apart beside <see cref="Groups"/>; see
    /// <see cref="Scores.Kinds"/>. By default none.</summary>
    public virtual IReadOnlyList<string> Kinds => [];

    /// <summary>What it learns from beside its data, as <see cref="TrainingConfig.Distill"/> says: a learner that sees the same examples at
    /// a position. It is disposed with this one. A study loads it; null for none.</summary>
    public Learner? Teacher { get; set; }

    /// <summary>Whether it says yes or no of people in groups, so that <see cref="TrainingConfig.Fairness"/> means anything to
    /// it.</summary>
    public virtual bool ComparesGroups => false;

    /// <summary>Settings that decide the result beside <see cref="TrainingConfig"/> and the declaration, by name. They stand in
    /// <c>config.json</c>, and a run is resumed with the same ones only.</summary>
    public virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>Tensors of any shapes, [..], that must be saved beside the model's state dict, by name;
    /// restored in place.</summary>
    public virtual IEnumerable<(string Name, Tensor Value)> Extra => [];

    /// <summary>What must be saved beside tensors, the position and libtorch's random generator; set when a run is resumed.</summary>
    public virtual string? State
    {
        get => null;
        set { }
    }

    /// <summary>The model as one that answers questions on images, to be evaluated and to generate from; null for a learner of anything
    /// else.</summary>
    /// <exception cref="ConfigurationException">The model does not fit what it is asked with.</exception>
    public virtual VisionLanguageAssistant? Assistant => null;

    /// <summary>What works and is probably not meant, one sentence each: a study and <c>describe</c> show it.</summary>
    public virtual IReadOnlyList<string> Cautions => [];

    /// <summary>
    /// What comes before the first step of a run that goes on from no checkpoint of its own: a stage of training takes over what the stage
    /// before ended with. By default nothing.
    /// </summary>
    /// <param name="cancellation">Ends what takes long.</param>
    public virtual void Begin(CancellationToken cancellation)
    {
    }

    /// <summary>Runs the model on a micro-batch of training data. Called in training mode; what is made belongs to the caller's dispose
    /// scope.</summary>
    /// <param name="position">The number of its first example.</param>
    /// <param name="examples">How many examples.</param>
    /// <param name="context">For every MoE layer: the step, whether balancing terms are computed, rerouting. The learner adds what it knows
    /// of the tokens.</param>
    public abstract Objective Learn(long position, int examples, MoeContext context);

    /// <summary>Measures some held-out examples. Called in evaluation mode without gradients; what is made belongs to the caller's dispose
    /// scope.</summary>
    /// <param name="first">The number of the first, from 0.</param>
    /// <param name="examples">How many; they end at <see cref="HeldOutExamples"/> at the latest.</param>
    /// <param name="context">As in <see cref="Learn"/>.</param>
    public abstract Scores Score(long first, int examples, MoeContext context);

    /// <summary>What the items' values come to: by default each metric's mean. A figure that is no mean, such as F1, is made
    /// here.</summary>
    /// <param name="items">For every metric its items over all measured examples; NaN where it does not ask of one.</param>
    public virtual IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) =>
        [.. Metrics.Zip(items, MeasuredMetric.Mean)];

    /// <summary>Simple methods on the same data, which a study shows beside its variants: what a network must beat. They are asked for
    /// once in a study. By default none.</summary>
    public virtual IReadOnlyList<Baseline> Baselines() => [];

    /// <summary>Measures the first held-out examples; the model is left in the mode that it was in.</summary>
    /// <param name="examples">How many at most.</param>
    /// <param name="batch">How many go through the model at once.</param>
    /// <param name="ranks">The processes that measure them together, each some batches; null is one.</param>
    internal virtual HeldOut Measure(int examples, int batch, Ranks? ranks = null) =>
        LearnerScores.Measure(this, (int)Math.Min(examples, HeldOutExamples), batch);

    /// <summary>What a checkpoint says of the run beside its tensors, before the first step.</summary>
    internal virtual CheckpointState Identity(TrainingConfig config) => RunCheckpoint.Identity(this, config);

    /// <summary>The model, where it is made of blocks that run one after the other and only once, so that gradients are complete block by
    /// block; null where nothing is known of that.</summary>
    internal virtual LanguageModel? Blocks => null;

    /// <summary>SHA-256 of what decides shapes and the forward pass: of a dense model of its parameters' names and shapes.</summary>
    internal virtual string StructureHash => Declaration?.Structure ?? ParameterShapes.Hash(Model);

    /// <summary>Files that lie beside a checkpoint's tensors.</summary>
    internal virtual IEnumerable<TokenizerFile> Files => [];

    /// <summary>Runs a batch once more and finds where its numbers are not finite.</summary>
    internal virtual BatchFault Examine(long position, int examples, long step) =>
        BatchFault.Of(Learn(position, examples, new MoeContext { Step = step }).Routings, BlockNumbers);

    /// <summary>Whether the model is disposed with the learner.</summary>
    protected virtual bool OwnsModel => true;

    /// <inheritdoc />
    public void Dispose()
    {
        Teacher?.Dispose();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model; a learner that holds tensors beside it frees them too.</summary>
    /// <param name="disposing">Always true: a learner has no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (OwnsModel)
        {
            Model.Dispose();
        }
    }
}
