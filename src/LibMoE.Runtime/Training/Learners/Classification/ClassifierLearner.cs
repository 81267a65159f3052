using LibMoE.Runtime.Data.Sampling;
using LibMoE.Runtime.Training.Learners.Classification;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A classifier of examples of one shape: cross-entropy, accuracy, calibration, for two classes the area under the curve, for groups of
/// people the gaps between them and terms against these (<see cref="TrainingConfig.Fairness"/>).
/// </summary>
/// <remarks>Each epoch has an order of its own, which follows from the seed. The report shows which experts the examples of a group, or
/// without groups of a class, go to.</remarks>
public sealed class ClassifierLearner : Learner
{
    private readonly nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)> _net;
    private readonly LearnerSetup _setup;
    private readonly ClassifierData _data;
    private readonly ClassifierMetrics _metrics;
    private readonly float[]? _weights;
    private readonly GroupAdversary? _adversary;
    private double _temperature = 1;

    /// <summary>Makes a learner, which owns the net.</summary>
    /// <param name="setup">The cell.</param>
    /// <param name="data">What it learns from and is measured by.</param>
    /// <param name="net">From examples [N, ..] to the logits of C classes, [N, C], and what each MoE layer did.</param>
    /// <exception cref="ConfigurationException">Labels or groups of the data are not of those that it names.</exception>
    public ClassifierLearner(
        LearnerSetup setup, ClassifierData data, nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)> net)
    {
        ConfigurationException.ThrowIfAny([.. data.Problems()]);
        (_setup, _data, _net, _metrics) = (setup, data, net, new ClassifierMetrics(data));
        _weights = data.ComparesGroups && setup.Training.Fairness is { Reweigh: true } ? GroupGap.Weights(data.Train) : null;
        if (data.ComparesGroups && setup.Training.Fairness is { Adversary: > 0 } fairness)
        {
            // It is trained and saved with the net, which does not use it.
            _adversary = new GroupAdversary(fairness, data.Groups.Count);
            net.register_module("adversary", _adversary);
        }
    }

    /// <summary>Settings that decide the result beside those of the training.</summary>
    public IReadOnlyDictionary<string, string> Chosen { get; init; } = new Dictionary<string, string>();

    /// <summary>Tokens that routers see of one example.</summary>
    public double Tokens { get; init; } = 1;

    /// <inheritdoc />
    public override nn.Module Model => _net;

    /// <inheritdoc />
    public override CorpusIdentity Data => _data.Identity;

    /// <inheritdoc />
    public override long HeldOutExamples => _data.Test.Count;

    /// <inheritdoc />
    public override long? TrainingExamples => _data.Train.Count;

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics => _metrics.All;

    /// <inheritdoc />
    public override double TokensPerExample => Tokens;

    /// <inheritdoc />
    public override bool ComparesGroups => _data.ComparesGroups;

    /// <inheritdoc />
    public override IReadOnlyList<string> Kinds => _data.Groups.Count > 0 ? _data.Groups : _data.Classes;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Settings => Chosen;

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context)
    {
        int[] rows = [.. Enumerable.Range(0, examples).Select(place => RowAt(position + place))];
        var x_NF = _data.Train.Batch(rows, _setup.Device);
        if (_data.Augment is { } augment)
        {
            x_NF = augment(x_NF, new Random((int)ShuffledOrder.Mix((ulong)(_setup.Seed * 1_000_003 + position))));
        }

        var (logits_NC, routings) = _net.forward(x_NF, context);
        int[] labels = [.. rows.Select(row => _data.Train.Labels[row])];
        var losses_N = nn.functional.cross_entropy(logits_NC, Labels(labels), reduction: nn.Reduction.None);
        var loss = _weights is null
            ? losses_N.mean()
            : (losses_N * tensor(rows.Select(row => _weights[row]).ToArray(), device: _setup.Device)).mean();
        if (_setup.Training.Fairness is { } fairness && _data.ComparesGroups)
        {
            var yes_N = logits_NC.softmax(-1).select(1, 1);
            int[] groups = [.. rows.Select(row => _data.Train.Groups![row])];
            loss = loss.Plus(GroupGap.Of(yes_N, labels, groups, fairness));
            loss = _adversary is null ? loss : loss.Plus(_adversary.Loss(logits_NC, Labels(labels), Labels(groups)));
        }

        return new Objective(loss, routings) { Logits = logits_NC };
    }

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        int[] rows = [.. Enumerable.Range((int)first, examples)];
        var (logits_NC, routings) = _net.forward(_data.Test.Batch(rows, _setup.Device), context);
        return new Scores(_metrics.Items(first, logits_NC.to(ScalarType.Float64).log_softmax(-1), _temperature), routings)
        {
            Kinds = [.. routings.Select(routing => KindsOf(rows, (int)routing.Weights.shape[0]))],
        };
    }

    /// <inheritdoc />
    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) => _metrics.Summarize(items);

    /// <inheritdoc />
    public override IReadOnlyList<Baseline> Baselines()
    {
        var measured = (int)Math.Min(_setup.Training.ValidationSequences, _data.Test.Count);
        var asked = _data.Validation is null ? _data : _data with { Test = _data.Test.And(_data.Validation) };
        return [.. _data.Baselines.Select(baseline =>
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var log_NC = baseline.Predict(asked).to(ScalarType.Float64).AtLeast(1e-12).log();
            var temperature = _data.Validation is not { } validation ? 1
                : TemperatureScaling.Fit([.. Rows(log_NC.narrow(0, _data.Test.Count, validation.Count))], validation.Labels);
            return new Baseline(baseline.Name, _metrics.Summarize(_metrics.Items(0, log_NC.narrow(0, 0, measured), temperature)));
        })];
    }

    /// <summary>Fits the temperature first, which follows from the weights.</summary>
    internal override HeldOut Measure(int examples, int batch, Ranks? ranks = null)
    {
        _temperature = _data.Validation is { } validation ? Temperature(validation, batch) : 1;
        return base.Measure(examples, batch, ranks);
    }

    private double Temperature(LabelledRows validation, int batch)
    {
        var training = _net.training;
        using var quiet = no_grad();
        _net.eval();
        try
        {
            var logits_NC = new List<double[]>();
            foreach (var rows in Enumerable.Range(0, validation.Count).Chunk(batch))
            {
                using var scope = NewDisposeScope();
                var (some_NC, _) = _net.forward(validation.Batch(rows, _setup.Device), new MoeContext { Losses = false });
                logits_NC.AddRange(Rows(some_NC.to(ScalarType.Float64)));
            }

            return TemperatureScaling.Fit(logits_NC, validation.Labels);
        }
        finally
        {
            _net.train(training);
        }
    }

    private static IEnumerable<double[]> Rows(Tensor values_NC) =>
        values_NC.cpu().contiguous().data<double>().ToArray().Chunk((int)values_NC.shape[1]);

    private int RowAt(long position) => EpochOrder.RowAt(_data.Train.Count, _setup.Seed, position);

    private Tensor Labels(int[] labels) => tensor(labels.Select(label => (long)label).ToArray(), device: _setup.Device);

    /// <summary>The tokens of an example lie one after the other.</summary>
    private int[] KindsOf(int[] rows, int tokens)
    {
        var kinds = _data.Groups.Count > 0 ? _data.Test.Groups! : _data.Test.Labels;
        return [.. rows.SelectMany(row => Enumerable.Repeat(kinds[row], tokens / rows.Length))];
    }
}
