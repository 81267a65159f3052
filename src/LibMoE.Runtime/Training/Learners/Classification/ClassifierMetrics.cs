using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.Classification;

/// <summary>
/// What a classifier is measured by. Of every held-out example its probabilities say accuracy and loss, which are means, and what the
/// others are made of: the probability of yes (area under the curve, gaps), and that of the class that was said (calibration).
/// </summary>
/// <param name="data">The data, whose test examples are asked of in their order.</param>
internal sealed class ClassifierMetrics(ClassifierData data)
{
    private const string Share = "share of examples";

    private static readonly LearnerMetric Accuracy = new("accuracy", Share, MetricDirection.Higher);
    private static readonly LearnerMetric Area = new("auroc", "area", MetricDirection.Higher);
    private static readonly LearnerMetric Calibration = new("calibration error", "probability", MetricDirection.Lower);
    private static readonly LearnerMetric Scaled = new("scaled calibration error", "probability", MetricDirection.Lower);
    private static readonly LearnerMetric[] Rates =
    [
        new("selection rate", "share of people", MetricDirection.Higher),
        new("true positive rate", "share of people", MetricDirection.Higher),
        new("false positive rate", "share of people", MetricDirection.Lower),
    ];

    private static readonly LearnerMetric Parity = new("parity gap", GroupRateGap.Unit, MetricDirection.Lower);
    private static readonly LearnerMetric Odds = new("odds gap", GroupRateGap.Unit, MetricDirection.Lower);

    /// <summary>The metrics, in order; accuracy is the first.</summary>
    public IReadOnlyList<LearnerMetric> All { get; } =
    [
        Accuracy,
        .. data.Classes.Count == 2 ? [Area] : Array.Empty<LearnerMetric>(),
        .. data.ComparesGroups ? [Parity, Odds] : Array.Empty<LearnerMetric>(),
        LearnerMetric.Loss,
        Calibration,
        .. data.Validation is null ? Array.Empty<LearnerMetric>() : [Scaled],
        .. data.Groups.Select((_, group) => OfGroup(Accuracy, data, group)),
        .. data.ComparesGroups
            ? Rates.Append(Calibration).SelectMany(rate => data.Groups.Select((_, group) => OfGroup(rate, data, group)))
            : [],
    ];

    /// <summary>Each metric's item of each example.</summary>
    /// <param name="first">The number of the first example.</param>
    /// <param name="logProbabilities_NC">ln p of the classes of this and the following examples.</param>
    /// <param name="temperature">What the logits are divided by where calibration is measured after scaling.</param>
    public IReadOnlyList<IReadOnlyList<double>> Items(long first, Tensor logProbabilities_NC, double temperature = 1)
    {
        using var scope = NewDisposeScope();
        var log_NC = logProbabilities_NC.to(ScalarType.Float64).cpu();
        int[] tests = [.. Enumerable.Range((int)first, (int)log_NC.shape[0])];
        var labels_N = tensor(tests.Select(test => (long)data.Test.Labels[test]).ToArray());
        double[] losses = [.. log_NC.gather(1, labels_N.unsqueeze(1)).negative().data<double>()];
        double[] right = [.. log_NC.argmax(1).eq(labels_N).to(ScalarType.Float64).data<double>()];
        double[] said = [.. log_NC.exp().amax([1]).contiguous().data<double>()];
        double[] scaled = [.. log_NC.Over(temperature).softmax(-1).amax([1]).contiguous().data<double>()];
        double[] yes = [.. log_NC.select(1, 1).exp().contiguous().data<double>()];
        return
        [
            .. All.Select(metric => metric switch
            {
                _ when metric == Accuracy => right,
                _ when metric == LearnerMetric.Loss => losses,
                _ when metric == Calibration => said,
                _ when metric == Scaled => scaled,
                _ when metric == Area || metric == Parity || metric == Odds => yes,
                _ => [.. tests.Select((test, row) => OfOne(metric, test, right[row], said[row], yes[row]))],
            }),
        ];
    }

    /// <summary>A metric of one group; NaN where it does not ask of the example.</summary>
    private double OfOne(LearnerMetric metric, int test, double right, double said, double yes)
    {
        var (name, isTrue) = (metric.Name.Split('.', 2), data.Test.Labels[test] == 1);
        return name[1] != data.Groups[data.Test.Groups![test]] ? double.NaN : name[0] switch
        {
            var of when of == Accuracy.Name => right,
            var of when of == Calibration.Name => said,
            var of when of == Rates[1].Name && !isTrue || of == Rates[2].Name && isTrue => double.NaN,
            _ => yes > 0.5 ? 1 : 0,
        };
    }

    /// <summary>What the items come to.</summary>
    /// <param name="items">For every metric the items of the first examples.</param>
    public IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) =>
        [.. All.Zip(items, (metric, own) => metric switch
        {
            _ when metric == Area && Known(own) => Made(metric, AreaOf(own)),
            _ when metric.Name.StartsWith(Calibration.Name + ".", StringComparison.Ordinal) => Made(metric, SurenessOf(own, items[0])),
            _ when (metric == Calibration || metric == Scaled) && Known(own) => Made(metric, SurenessOf(own, items[0])),
            _ when metric == Parity && Known(own) => Made(metric, GapOf(own, GroupRates.ParityGap)),
            _ when metric == Odds && Known(own) => Made(metric, GapOf(own, GroupRates.OddsGap)),
            _ when metric == Area || metric == Calibration || metric == Scaled || metric == Parity || metric == Odds =>
                Made(metric, (double.NaN, double.NaN)),
            _ => MeasuredMetric.Mean(metric, own),
        })];

    private static LearnerMetric OfGroup(LearnerMetric metric, ClassifierData data, int group) =>
        metric with { Name = $"{metric.Name}.{data.Groups[group]}" };

    private static bool Known(IReadOnlyList<double> items) => !items.Any(double.IsNaN);

    private (double Value, double StdErr) AreaOf(IReadOnlyList<double> yes)
    {
        var area = Auroc.Of(yes, [.. Truth(yes.Count)]);
        return (area.Value, area.StdErr);
    }

    /// <summary>Of the examples that are asked of; rounding may leave a probability a little above 1.</summary>
    private static (double Value, double StdErr) SurenessOf(IReadOnlyList<double> said, IReadOnlyList<double> right)
    {
        var asked = said.Zip(right).Where(example => !double.IsNaN(example.First)).ToList();
        var error = CalibrationError.Of(
            [.. asked.Select(example => Math.Min(1, example.First))], [.. asked.Select(example => example.Second)]);
        return (error.Value, error.StdErr);
    }

    private (double Value, double StdErr) GapOf(IReadOnlyList<double> yes, Func<IReadOnlyList<GroupRates>, GroupRateGap> gap)
    {
        var of = gap(GroupRates.Of(
            [.. yes.Select(probability => probability > 0.5)], [.. Truth(yes.Count)], [.. data.Test.Groups!.Take(yes.Count)],
            data.Groups.Count));
        return (of.Value, of.StdErr);
    }

    private IEnumerable<bool> Truth(int examples) => data.Test.Labels.Take(examples).Select(label => label == 1);

    private static MeasuredMetric Made(LearnerMetric metric, (double Value, double StdErr) figure) =>
        new(metric.Name, metric.Unit, metric.Direction, figure.Value, figure.StdErr, []);
}
