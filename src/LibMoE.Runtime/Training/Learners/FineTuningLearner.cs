using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A language model that learns to answer: the cross-entropy of answers alone, all of its parameters or low-rank adapters of it
/// (supervised fine-tuning; Ouyang et al. 2022, section 3.5).
/// </summary>
/// <remarks>
/// Training follows a <see cref="ConversationOrder"/> of the micro-batch and the seed, so that the data's position is a number. An answer
/// is right where the most likely token is the next of it each time, which is where greedy decoding says it. With adapters, balancing terms
/// act on them alone, and what layers change outside gradients, such as the bias of a score, stays as it is.
/// </remarks>
public sealed class FineTuningLearner : Learner
{
    private readonly LanguageModel _model;
    private readonly AdapterSet? _adapters;
    private readonly ConversationData _data;
    private readonly long _seed;
    private readonly Device _device;
    private (int Examples, ConversationOrder Order)? _order;

    /// <summary>Makes a learner, which owns the model and the adapters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapters">Adapters of that model, which alone train; null trains the model itself.</param>
    /// <param name="data">What it learns from and is measured by, in the ids of the model.</param>
    /// <param name="training">How it is trained, with the seed of the data's order.</param>
    /// <exception cref="ConfigurationException">A conversation is longer than the model's context, has an id that it does not know, or the
    /// adapters are of another model.</exception>
    public FineTuningLearner(LanguageModel model, AdapterSet? adapters, ConversationData data, TrainingConfig training)
    {
        (_model, _adapters, _data, _seed) = (model, adapters, data, training.Seed);
        _device = model.parameters().First().device;
        model.Recompute = training.Recompute;
        TokensPerExample = data.Train.Average(conversation => conversation.Ids.Length);
        var longest = data.Train.Concat(data.HeldOut).MaxBy(conversation => conversation.Ids.Length)!;
        ConfigurationException.ThrowIfAny(
        [
            .. adapters is null || adapters.Model == model ? Array.Empty<string>() : ["The adapters are of another model."],
            .. longest.Ids.Length <= model.Config.Context ? Array.Empty<string>()
                : [$"Conversation '{longest.Id}' has {longest.Ids.Length} tokens; the model takes {model.Config.Context}."],
            .. data.Conversations.Tokenizer.Vocabulary <= model.Config.Vocabulary ? Array.Empty<string>()
                : [$"The tokenizer has {data.Conversations.Tokenizer.Vocabulary} ids and the model {model.Config.Vocabulary}; "
                    + "a model learns with its own tokenizer."],
        ]);
    }

    /// <summary>Settings that decide the result beside those of the training.</summary>
    public IReadOnlyDictionary<string, string> Chosen { get; init; } = new Dictionary<string, string>();

    /// <summary>The language model.</summary>
    public LanguageModel Language => _model;

    /// <summary>The adapters; null where the model itself trains.</summary>
    public AdapterSet? Adapters => _adapters;

    /// <inheritdoc />
    public override nn.Module Model => _adapters is null ? _model : _adapters;

    /// <inheritdoc />
    public override string Name => _model.Name;

    /// <inheritdoc />
    public override MoeDeclaration? Declaration => _model.Variant?.Declaration;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> MoeLayers => _model.MoeLayers;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => _model.MoeLayers.Count > 0 ? _model.Config.MoeBlockNumbers : [];

    /// <inheritdoc />
    public override CorpusIdentity Data => _data.Identity;

    /// <inheritdoc />
    public override long HeldOutExamples => _data.HeldOut.Count;

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics { get; } =
        [LearnerMetric.Loss, new("accuracy", "share of answers", MetricDirection.Higher)];

    /// <inheritdoc />
    public override double TokensPerExample { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Settings => Chosen;

    /// <summary>Of the merged model: adapters add nothing to its forward pass.</summary>
    public override LearnerCost Cost => new(
        ModelCost.TotalParameters(_model.Config, Declaration),
        ModelCost.ActiveParameters(_model.Config, Declaration),
        ModelCost.FlopsPerToken(_model.Config, Declaration));

    /// <inheritdoc />
    internal override string StructureHash => _model.StructureHash;

    /// <summary>What trains as a whole is a language model that others load, with its tokenizer.</summary>
    internal override CheckpointState Identity(TrainingConfig config) => _adapters is not null
        ? base.Identity(config)
        : CheckpointState.Of(_model, TokenizerIdentity.Of(_data.Conversations.Tokenizer), step: 0, config.Threads) with
        {
            Corpus = Data,
            Training = config,
        };

    /// <inheritdoc />
    internal override IEnumerable<TokenizerFile> Files => _adapters is null ? _data.Conversations.Tokenizer.Files : [];

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        if (_order?.Examples != examples)
        {
            _order = (examples, new ConversationOrder(_data.Train, examples, _seed));
        }

        var chosen = _order.Value.Order[position / examples].Select(number => _data.Train[number]).ToList();
        var batch = Batch(chosen);
        if (is_grad_enabled() && HeadLoss.Cuts(batch.Ids.numel(), _model.Config.Vocabulary))
        {
            // The head reads what is to be answered alone, some of it at a time.
            var (loss, routings) = _model.LossOfAnswers(batch.Ids, batch.Labels, Passed(context, batch));
            return new Objective(loss, routings);
        }

        var output = _model.forward(batch.Ids, Passed(context, batch));
        return new Objective(AnswerLoss.Mean(output.Logits, batch.Labels), output.Routings);
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var batch = Batch([.. _data.HeldOut.Skip((int)first).Take(examples)]);
        var output = _model.forward(batch.Ids, Passed(context, batch));
        var losses_SL = AnswerLoss.PerToken(output.Logits, batch.Labels).to(ScalarType.Float64);
        var labels_SL = batch.Labels.narrow(1, 1, losses_SL.shape[1]);
        var said_SL = labels_SL.Is(AnswerLoss.Ignored).logical_not();
        var right_SL = output.Logits.narrow(1, 0, losses_SL.shape[1]).argmax(-1).eq(labels_SL).logical_or(said_SL.logical_not());
        double[] losses = [.. losses_SL.sum(1).div(said_SL.sum(1)).cpu().data<double>()];
        double[] right = [.. right_SL.all(1).to(ScalarType.Float64).cpu().data<double>()];
        return new Scores([losses, right], output.Routings) { Groups = GroupsOf(output.Routings, batch) };
    }

    /// <inheritdoc />
    protected override bool OwnsModel => false;

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _adapters?.Dispose();
        _model.Dispose();
        base.Dispose(disposing);
    }

    private static MoeContext Passed(MoeContext context, ConversationBatch batch) =>
        new() { Mask = batch.Mask, Step = context.Step, Losses = context.Losses, Reroute = context.Reroute };

    /// <summary>Conversations side by side, for the model in its present mode.</summary>
    private ConversationBatch Batch(IReadOnlyList<ConversationTokens> conversations)
    {
        // The adapters are the module that the trainer puts into a mode.
        _model.train(Model.training);
        _adapters?.Apply();
        return ConversationBatch.Of(conversations, _ => empty(0), _device);
    }

    /// <summary>Padding is no token.</summary>
    private static IReadOnlyList<int>[] GroupsOf(IReadOnlyList<Routing> routings, ConversationBatch batch)
    {
        using var mask_T = batch.Mask.flatten().cpu();
        int[] read = [.. mask_T.data<bool>().Select(routed => routed ? 0 : -1)];
        return [.. routings.Select(_ => read)];
    }
}
