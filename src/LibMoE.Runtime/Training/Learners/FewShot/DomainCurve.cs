using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>What is measured of domains never trained on: the mean of their losses after so many steps of adaptation of these and those
/// parts, each at the rate that is best for the others (<see cref="RateChoice"/>).</summary>
/// <param name="model">The model at θ.</param>
/// <param name="config">How it is adapted, but for the rate.</param>
/// <param name="rates">The rates to choose from.</param>
/// <param name="steps">After how many steps.</param>
/// <param name="adapt">What is adapted, by name; see <see cref="AdaptedParts"/>.</param>
internal sealed class DomainCurve(
    LanguageModel model, MetaConfig config, IReadOnlyList<double> rates, IReadOnlyList<int> steps, IReadOnlyList<string> adapt)
{
    private readonly PartRates _parts = new(config);
    private readonly List<AdaptedParts> _adapt = [.. adapt.Select(name => AdaptedParts.Of(name, model))];

    /// <summary>The metrics, in the order of parts and steps; before the first step parts do not differ.</summary>
    public IReadOnlyList<LearnerMetric> Metrics { get; } =
    [
        .. from parts in adapt
           from step in steps
           where step > 0 || parts == adapt[0]
           select new LearnerMetric(NameOf(parts, step), "nats per token", MetricDirection.Lower),
    ];

    /// <summary>The metrics' values on a task of each domain; the model is at θ again afterwards.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="parameters">The parameters that may be adapted.</param>
    public IReadOnlyList<double> Of(IReadOnlyList<MetaTask> tasks, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        var values = new Dictionary<string, double>();
        foreach (var parts in _adapt)
        {
            // Of each domain and rate, the losses after each number of steps.
            var losses_DRK = tasks.Select(task => rates.Select(rate =>
                parts.AreThere ? Losses(task, parts, rate, parameters) : [.. steps.Select(_ => double.NaN)]).ToList()).ToList();
            foreach (var (place, step) in steps.Index())
            {
                values.TryAdd(
                    NameOf(parts.Name, step),
                    RateChoice.Losses([.. losses_DRK.Select(ofRates => ofRates.ConvertAll(losses_K => losses_K[place]))]).Average());
            }
        }

        return [.. Metrics.Select(metric => values[metric.Name])];
    }

    private double[] Losses(
        MetaTask task, AdaptedParts parts, double rate, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        var losses_K = new double[steps.Count];
        var most = steps.Max();
        using var adaptation = new Adaptation(
            parameters, config with { InnerRate = rate }, name => parts.Names.Contains(name) ? _parts.Of(name) : 0);
        for (var step = 0; step <= most; step++)
        {
            foreach (var (place, _) in steps.Index().Where(item => item.Item == step))
            {
                using var scope = NewDisposeScope();
                losses_K[place] = task.Query().to(ScalarType.Float64).item<double>();
            }

            if (step < most)
            {
                var now = step;
                adaptation.Step(() => task.Step(now));
            }
        }

        return losses_K;
    }

    private static string NameOf(string parts, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{(parts == AdaptedParts.All ? "nats" : parts)}@{step}");
}
