using System.Globalization;
using LibMoE.Runtime.Data.Sampling;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using LibMoE.Runtime.Training.Learners.FewShot;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A language model whose tasks are the domains of a corpus, such as languages: what it learns is where adaptation to a domain never seen
/// begins (<see cref="TrainingConfig.Meta"/>), and it is measured after so many steps of adaptation to domains that are held out.
/// </summary>
/// <remarks>
/// <para>A training example is a task: <see cref="MetaConfig.InnerSteps"/> times <see cref="MetaConfig.InnerBatch"/> sequences of one
/// domain. Domains take turns, in an order of each round's own. With <see cref="OuterLoop.Pretraining"/> the model learns the next token of
/// the same sequences of all tasks of a step at once: joint training.</para>
/// <para>A held-out example is a task of each held-out domain: sequences of its training part to adapt to, others of its held-out part to
/// measure by. Each domain is measured at that of <see cref="InnerRates"/> that is best for the other held-out domains, so that every
/// beginning has its own best rate, and none is chosen by the text that measures.</para>
/// </remarks>
public sealed class DomainTaskLearner : Learner
{
    /// <summary>Test tasks are the same for all seeds.</summary>
    private const ulong TestKey = 1;

    private readonly LearnerSetup _setup;
    private readonly Corpus _corpus;
    private readonly LanguageModel _model;
    private readonly MetaConfig _meta;
    private readonly PartRates _rates;
    private readonly IReadOnlyList<string> _names;
    private readonly List<DomainTexts> _train;
    private readonly List<DomainTexts> _test;
    private DomainCurve? _curve;

    /// <summary>Makes a learner, which owns the model.</summary>
    /// <param name="setup">The cell; its <see cref="TrainingConfig.SequenceLength"/> is that of tasks.</param>
    /// <param name="corpus">Its domains.</param>
    /// <param name="heldOut">The names of at least two of them, which no training task is of.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ConfigurationException">The corpus does not have such domains, they are too short, or the model does not
    /// fit.</exception>
    public DomainTaskLearner(LearnerSetup setup, Corpus corpus, IReadOnlyList<string> heldOut, LanguageModel model)
    {
        (_setup, _corpus, _model, _names, _meta) = (setup, corpus, model, heldOut, setup.Training.Meta ?? new MetaConfig());
        ConfigurationException.ThrowIfAny([.. DomainTaskFit.Problems(corpus, heldOut, model.Config, setup.Training)]);
        _rates = new PartRates(_meta);
        _train = Texts(domain => !heldOut.Contains(domain.Name), ShuffledOrder.Mix((ulong)setup.Seed));
        _test = Texts(domain => heldOut.Contains(domain.Name), TestKey);
    }

    /// <summary>After how many steps of adaptation it is measured; variants are ranked by the first.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [50, 10, 0];

    /// <summary>What a test task adapts, each measured for itself: <c>all</c>, or <c>router</c>, <c>experts</c>, <c>head</c>, <c>body</c>,
    /// several joined by <c>+</c>.</summary>
    public IReadOnlyList<string> Adapt { get; init; } = [AdaptedParts.All];

    /// <summary>The rates of adaptation that each beginning has the best of.</summary>
    public IReadOnlyList<double> InnerRates { get; init; } = [1e-3, 3e-3, 1e-2, 3e-2];

    /// <summary>Sequences by which a domain's task is measured.</summary>
    public int Queries { get; init; } = 32;

    /// <summary>How many held-out examples there are.</summary>
    public int Tasks { get; init; } = 100;

    /// <inheritdoc />
    public override nn.Module Model => _model;

    /// <inheritdoc />
    public override string Name => _model.Name;

    /// <inheritdoc />
    public override MoeDeclaration? Declaration => _model.Variant?.Declaration;

    /// <inheritdoc />
    public override IReadOnlyList<MoeLayer> MoeLayers => _model.MoeLayers;

    /// <inheritdoc />
    public override IReadOnlyList<int> BlockNumbers => _model.MoeLayers.Count > 0 ? _model.Config.MoeBlockNumbers : [];

    /// <inheritdoc />
    public override CorpusIdentity Data => new(_corpus.Name, _corpus.Sha256);

    /// <inheritdoc />
    public override long HeldOutExamples => Tasks;

    /// <inheritdoc />
    public override double TokensPerExample => (double)Sequences * _setup.Training.SequenceLength;

    /// <inheritdoc />
    public override IReadOnlyList<string> Kinds => [.. HeldOutDomains.Select(domain => domain.Name)];

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics => Curve.Metrics;

    /// <inheritdoc />
    public override LearnerCost Cost => new(
        ModelCost.TotalParameters(_model.Config, Declaration),
        ModelCost.ActiveParameters(_model.Config, Declaration),
        ModelCost.FlopsPerToken(_model.Config, Declaration));

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["HeldOut"] = string.Join(',', Kinds),
        ["Steps"] = string.Join(',', Steps.Select(Text)),
        ["Adapt"] = string.Join(',', Adapt),
        ["InnerRates"] = string.Join(',', InnerRates.Select(rate => rate.ToString(CultureInfo.InvariantCulture))),
        ["Queries"] = Text(Queries),
    };

    private IEnumerable<CorpusDomain> HeldOutDomains => _corpus.Domains.Where(domain => _names.Contains(domain.Name));

    private DomainCurve Curve => _curve ??= Steps.Count > 0 && Adapt.Count > 0 && InnerRates.Count > 0
        ? new DomainCurve(_model, _meta, InnerRates, Steps, Adapt)
        : throw new ConfigurationException("Nothing is measured of held-out domains; give steps, parts to adapt, and rates.");

    private List<(string Name, Parameter Parameter)> Parameters =>
        [.. _model.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => (entry.name, entry.parameter))];

    /// <summary>Sequences that the inner steps of a training task see.</summary>
    private int Sequences => Math.Max(1, _meta.InnerSteps) * _meta.InnerBatch;

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        if (_meta.Outer is OuterLoop.None or OuterLoop.Pretraining)
        {
            using var quiet = _meta.Outer == OuterLoop.None ? no_grad() : null;
            var (inputs_SL, targets_SL) = Support(position, examples);
            var output = _model.forward(inputs_SL, quiet is null ? context : Quiet(context));
            return new Objective(
                quiet is null
                    ? NextTokenLoss.Mean(output.Logits, targets_SL)
                    : zeros([], ScalarType.Float32, _setup.Device, requires_grad: true),
                output.Routings);
        }

        var gradient = new OuterGradient(Parameters);
        for (var place = 0; place < examples; place++)
        {
            var (texts, first) = TaskAt(position + place);
            gradient.Learn(
                new MetaTask(
                    step => Loss(texts.Train(first + (step * _meta.InnerBatch), _meta.InnerBatch, _setup.Device), Quiet(context)),
                    () => Loss(texts.Train(first + Sequences, _meta.InnerBatch, _setup.Device), Quiet(context))),
                _meta, _rates.Of);
        }

        return new Objective(
            gradient.Objective(_ => true),
            MoeLayers.Count == 0 ? [] : _model.forward(Support(position, examples).Inputs_SL, context).Routings);
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var parameters = Parameters;
        List<IReadOnlyList<double>> values = [.. Enumerable.Range(0, examples).Select(place =>
            Curve.Of([.. _test.Select(texts => TestTask(texts, first + place, Quiet(context)))], parameters))];
        var read_SL = cat([.. from place in Enumerable.Range(0, examples)
                              from texts in _test
                              select texts.HeldOut((first + place) * Queries, Queries, _setup.Device).Inputs_SL]);
        int[] kinds = [.. Enumerable.Range(0, (int)read_SL.numel())
            .Select(token => token / (Queries * _setup.Training.SequenceLength) % _test.Count)];
        var routings = _model.forward(read_SL, context).Routings;
        return new Scores([.. Metrics.Select((_, metric) => values.ConvertAll(own => own[metric]))], routings)
        {
            Kinds = [.. routings.Select(_ => kinds)],
        };
    }

    private MetaTask TestTask(DomainTexts texts, long number, MoeContext context)
    {
        var first = number * Steps.Max() * _meta.InnerBatch;
        return new MetaTask(
            step => Loss(texts.Train(first + (step * _meta.InnerBatch), _meta.InnerBatch, _setup.Device), context),
            () => Loss(texts.HeldOut(number * Queries, Queries, _setup.Device), context));
    }

    /// <summary>The domain of a training task, and the number of its first sequence there; the last of a task measure it.</summary>
    private (DomainTexts Texts, long First) TaskAt(long position) => (
        _train[EpochOrder.RowAt(_train.Count, _setup.Seed, position)], position / _train.Count * (Sequences + _meta.InnerBatch));

    /// <summary>What the inner steps of some tasks see, [S, L] both.</summary>
    private (Tensor Inputs_SL, Tensor Targets_SL) Support(long position, int examples)
    {
        List<(Tensor Inputs_SL, Tensor Targets_SL)> tasks = [.. Enumerable.Range(0, examples).Select(place => TaskAt(position + place))
            .Select(task => task.Texts.Train(task.First, Sequences, _setup.Device))];
        return (cat([.. tasks.Select(task => task.Inputs_SL)]), cat([.. tasks.Select(task => task.Targets_SL)]));
    }

    private Tensor Loss((Tensor Inputs_SL, Tensor Targets_SL) text, MoeContext context) =>
        NextTokenLoss.Mean(_model.forward(text.Inputs_SL, context).Logits, text.Targets_SL);

    private List<DomainTexts> Texts(Func<CorpusDomain, bool> which, ulong key) =>
        [.. _corpus.Domains.Where(which).Select((domain, place) =>
            new DomainTexts(domain, _setup.Training.SequenceLength, key + ShuffledOrder.Mix((ulong)place)))];

    private static MoeContext Quiet(MoeContext context) =>
        new() { Step = context.Step, Losses = false, Reroute = context.Reroute };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
