using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>What is measured of a test task: the share of its query examples that are right after so many steps of adaptation of these
/// and those parts, without any by the nearest centroid of features, and the loss.</summary>
/// <param name="net">The net at θ.</param>
/// <param name="config">How it is adapted.</param>
/// <param name="steps">After how many steps.</param>
/// <param name="adapt">What is adapted, by name; see <see cref="AdaptedParts"/>.</param>
internal sealed class TaskCurve(FewShotNet net, MetaConfig config, IReadOnlyList<int> steps, IReadOnlyList<string> adapt)
{
    private const string Share = "share of queries";

    private static readonly LearnerMetric Centroid = new("centroid", Share, MetricDirection.Higher);

    private readonly PartRates _rates = new(config);
    private readonly List<AdaptedParts> _adapt = [.. adapt.Select(name => AdaptedParts.Of(name, net))];
    private readonly int _most = Math.Max(config.InnerSteps, steps.DefaultIfEmpty().Max());

    /// <summary>The metrics, in order; that of as many steps as in training is the first.</summary>
    public IReadOnlyList<LearnerMetric> Metrics { get; } =
    [
        .. adapt.SelectMany(parts => steps
            .OrderBy(step => parts == adapt[0] && step == config.InnerSteps ? 0 : 1).ThenBy(step => step)
            .Select(step => new LearnerMetric(NameOf(parts, step), Share, MetricDirection.Higher))),
        Centroid,
        LearnerMetric.Loss,
    ];

    /// <summary>What a baseline has, which the nearest centroid of its own features alone measures.</summary>
    /// <param name="right">The share of each task.</param>
    public IReadOnlyList<MeasuredMetric> OfCentroids(IReadOnlyList<double> right) =>
        [.. Metrics.Select(metric => MeasuredMetric.Mean(metric, metric == Centroid ? right : [.. right.Select(_ => double.NaN)]))];

    /// <summary>The metrics' values on one task; the net is at θ again afterwards.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parameters">The parameters that may be adapted.</param>
    /// <param name="context">For the MoE layers.</param>
    /// <param name="device">Where to compute.</param>
    public IReadOnlyList<double> Of(
        FewShotTask task, IReadOnlyList<(string Name, Parameter Parameter)> parameters, MoeContext context, Device device)
    {
        using var scope = NewDisposeScope();
        var (support, query) = (task.AllSupport(device), task.AllQuery(device));
        var values = new Dictionary<string, double>
        {
            [Centroid.Name] = NearestCentroid.Accuracy(
                net.Features(support.X, context).Features_ND, net.Features(query.X, context).Features_ND, task.Ways),
        };
        foreach (var parts in _adapt)
        {
            using var adaptation = new Adaptation(parameters, config, name => parts.Names.Contains(name) ? _rates.Of(name) : 0);
            for (var step = 0; step <= _most; step++)
            {
                if (steps.Contains(step) || step == config.InnerSteps)
                {
                    var logits_QN = net.Logits(query.X, context);
                    Note(parts, step, logits_QN.argmax(1).eq(query.Y_N), nn.functional.cross_entropy(logits_QN, query.Y_N));
                }

                if (step < _most)
                {
                    adaptation.Step(() => net.Loss(task.Step(step, config.InnerBatch, device), context));
                }
            }
        }

        return [.. Metrics.Select(metric => values[metric.Name])];

        void Note(AdaptedParts parts, int step, Tensor right_Q, Tensor loss)
        {
            values[NameOf(parts.Name, step)] = parts.AreThere ? Number(right_Q.to(ScalarType.Float64).mean()) : double.NaN;
            if (parts == _adapt[0] && step == config.InnerSteps)
            {
                values[LearnerMetric.LossName] = Number(loss);
            }
        }
    }

    private static double Number(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();

    private static string NameOf(string parts, int step) => $"{(parts == AdaptedParts.All ? "accuracy" : parts)}@{step}";
}
