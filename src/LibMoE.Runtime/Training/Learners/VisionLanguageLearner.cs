using LibMoE.Runtime.Training.Learners;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A vision-language model on conversations: the cross-entropy of answers alone (Liu et al. 2023). Its parts are <c>vision</c>,
/// <c>connector</c> and <c>language</c>: rates of 0 freeze them.
/// </summary>
/// <remarks>
/// Training follows a <see cref="ConversationOrder"/> of the micro-batch and the seed, so that the data's position is a number. An answer
/// is right where the most likely token is the next of it each time, which is where greedy decoding says it.
/// </remarks>
public sealed class VisionLanguageLearner : Learner
{
    /// <summary>The name of the share of right answers; that of one kind of question is <c>accuracy.kind</c>.</summary>
    public const string Accuracy = "accuracy";

    private const string Share = "share of answers";

    private readonly VisionLanguageModel _model;
    private readonly VisionLanguageData _data;
    private readonly long _seed;
    private readonly Device _device;
    private (int Examples, ConversationOrder Order)? _order;

    /// <summary>Makes a learner, which owns the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What it learns from and is measured by, in the ids of its language model.</param>
    /// <param name="training">How it is trained, with the seed of the data's order.</param>
    public VisionLanguageLearner(VisionLanguageModel model, VisionLanguageData data, TrainingConfig training)
    {
        (_model, _data, _seed) = (model, data, training.Seed);
        _device = model.parameters().First().device;
        model.Language.Recompute = training.Recompute;
        Metrics =
        [
            new(Accuracy, Share, MetricDirection.Higher),
            .. data.Kinds.Select(kind => new LearnerMetric($"{Accuracy}.{kind}", Share, MetricDirection.Higher)),
            LearnerMetric.Loss,
        ];
        TokensPerExample = data.Train.Average(conversation => conversation.Ids.Length);
    }

    /// <summary>Gives the checkpoint of the stage before, which training begins with: one of the same model, or of a dense one, whose FFNs
    /// are then copied into the mixtures of this; null begins with the model as it is.</summary>
    public Func<CancellationToken, Checkpoint>? Start { get; init; }

    /// <summary>Gives a checkpoint of any model with an encoder under <c>vision.</c>, such as one that learned labels of images, which this
    /// model's encoder begins with where there is no <see cref="Start"/>; null begins with the encoder as it is.</summary>
    public Func<CancellationToken, Checkpoint>? Encoder { get; init; }

    /// <summary>How a dense checkpoint becomes a mixture.</summary>
    public UpcyclingOptions Upcycling { get; init; } = new();

    /// <summary>Settings of the stages before, and others that decide the result.</summary>
    public IReadOnlyDictionary<string, string> Chosen { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc />
    public override nn.Module Model => _model;

    /// <inheritdoc />
    public override CorpusIdentity Data => _data.Identity;

    /// <inheritdoc />
    public override long HeldOutExamples => _data.HeldOut.Count;

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics { get; }

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> MoeLayers => _model.MoeLayers;

    /// <inheritdoc />
    public override double TokensPerExample { get; }

    /// <inheritdoc />
    public override IReadOnlyList<string> Groups { get; } = ["image", "text"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Kinds => _data.Kinds;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Settings => Chosen;

    /// <summary>The model with the data's template, tokenizer and image processor; null where
    /// <see cref="VisionLanguageData.Conversations"/> is not given.</summary>
    /// <exception cref="ConfigurationException">They do not fit the model.</exception>
    public override VisionLanguageAssistant? Assistant =>
        _data.Conversations is { } conversations ? new VisionLanguageAssistant(_model, conversations, _data.Processor) : null;

    /// <inheritdoc />
    public override IReadOnlyList<string> Cautions => _model.Cautions;

    /// <summary>What it learns from and is measured by.</summary>
    internal VisionLanguageData Source => _data;

    /// <inheritdoc />
    public override void Begin(CancellationToken cancellation)
    {
        if (Start is not null)
        {
            StageStart.Take(Start(cancellation), _model, StructureHash, Upcycling);
        }
        else if (Encoder is not null)
        {
            StageStart.TakeEncoder(Encoder(cancellation), _model, Upcycling);
        }
    }

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        if (_order?.Examples != examples)
        {
            _order = (examples, new ConversationOrder(_data.Train, examples, _seed));
        }

        var chosen = _order.Value.Order[position / examples].Select(number => _data.Train[number]).ToList();
        var (seen, batch, passed) = See(chosen, context);
        var (loss, routings) = _model.LossOfAnswers(batch.Ids, seen, batch.Labels, passed);
        return new Objective(loss, routings);
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var items = _data.HeldOut.Skip((int)first).Take(examples).ToList();
        var (seen, batch, passed) = See([.. items.Select(item => item.Tokens)], context);
        var output = _model.Read(batch.Ids, seen, passed, cache: null);
        var losses_SL = AnswerLoss.PerToken(output.Logits, batch.Labels).to(ScalarType.Float64);
        var labels_SL = batch.Labels.narrow(1, 1, losses_SL.shape[1]);
        using var ignored = AnswerLoss.Ignored.ToScalar();
        var said_SL = labels_SL.ne(ignored);
        var right_SL = output.Logits.narrow(1, 0, losses_SL.shape[1]).argmax(-1).eq(labels_SL).logical_or(said_SL.logical_not());
        double[] losses = [.. losses_SL.sum(1).div(said_SL.sum(1)).cpu().data<double>()];
        double[] right = [.. right_SL.all(1).to(ScalarType.Float64).cpu().data<double>()];
        return new Scores(
            [
                right,
                .. _data.Kinds.Select(kind => items.Zip(right, (item, value) => item.Kind == kind ? value : double.NaN).ToList()),
                losses,
            ],
            output.Routings)
        {
            Groups = GroupsOf(output, batch),
            Kinds = _data.Kinds.Count == 0 ? null : KindsOf(output, batch, items),
        };
    }

    /// <summary>An image that several conversations of a batch are about is encoded once. A batch without images is read with none of
    /// them, so that each layer that sees has its routing, of no token.</summary>
    private (SeenImages Seen, ConversationBatch Batch, MoeContext Passed) See(
        IReadOnlyList<ConversationTokens> conversations, MoeContext context)
    {
        List<string> names = [.. conversations.SelectMany(conversation => conversation.Images)];
        List<string> distinct = [.. names.Distinct()];
        var batch = ConversationBatch.Of(conversations, _ => _data.Images.Batch(distinct), _device);
        var passed = new MoeContext { Mask = batch.Mask, Step = context.Step, Losses = context.Losses, Reroute = context.Reroute };
        var seen = _model.See(batch.Images ?? _data.Images.Batch([]).to(_device), passed);
        if (distinct.Count < names.Count)
        {
            var places = distinct.Index().ToDictionary(image => image.Item, image => (long)image.Index);
            var place_I = tensor(names.Select(name => places[name]).ToArray(), device: _device);
            seen = new SeenImages(seen.Vectors.index_select(0, place_I), seen.Vision, seen.Connector);
        }

        return (seen, batch, passed);
    }

    /// <summary>A word is of its conversation's kind. What is seen is not: it is seen before a question is read, and may be seen for
    /// several.</summary>
    private int[][] KindsOf(VisionLanguageOutput output, ConversationBatch batch, List<HeldOutConversation> items)
    {
        var numbers = _data.Kinds.Index().ToDictionary(kind => kind.Item, kind => kind.Index);
        var length = (int)batch.Ids.shape[1];
        using var mask_T = batch.Mask.flatten().cpu();
        var routed_T = mask_T.data<bool>().ToArray();
        int[] read = [.. batch.Ids.flatten().cpu().data<long>().ToArray().Index().Select(place =>
            place.Item == ConversationTokens.Image || !routed_T[place.Index]
                ? -1
                : numbers.GetValueOrDefault(items[place.Index / length].Kind, -1))];
        var seeing = output.Vision.Concat(output.Connector)
            .Select(routing => Enumerable.Repeat(-1, (int)routing.Weights.shape[0]).ToArray());
        return [.. seeing, .. output.Language.Select(_ => read)];
    }

    /// <summary>Encoder and connector see images alone; in the language model the places of images are known
    /// by their id, and padding is neither.</summary>
    private static IReadOnlyList<int>[] GroupsOf(VisionLanguageOutput output, ConversationBatch batch)
    {
        var seeing = output.Vision.Concat(output.Connector).Select(routing => new int[routing.Weights.shape[0]]);
        using var mask_T = batch.Mask.flatten().cpu();
        int[] read =
        [
            .. batch.Ids.flatten().cpu().data<long>().Zip(mask_T.data<bool>(), (id, routed) =>
                !routed ? -1 : id == ConversationTokens.Image ? 0 : 1),
        ];
        return [.. seeing, .. output.Language.Select(_ => read)];
    }
}
