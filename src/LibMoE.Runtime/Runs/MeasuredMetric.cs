using System.Text.Json.Serialization;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>A metric as it was measured.</summary>
/// <param name="Name"><see cref="LearnerMetric.Name"/>.</param>
/// <param name="Unit"><see cref="LearnerMetric.Unit"/>.</param>
/// <param name="Direction"><see cref="LearnerMetric.Direction"/>.</param>
/// <param name="Value">The figure.</param>
/// <param name="StdErr">Its standard error over the items; NaN where it is not known.</param>
/// <param name="Items">The items' own values, in an order that every run on the data has: runs are compared item by item. NaN is an item
/// that the metric does not ask of. Empty where the figure is no mean over items.</param>
public sealed record MeasuredMetric(
    string Name, string Unit, MetricDirection Direction, double Value, double StdErr, IReadOnlyList<double> Items)
{
    /// <summary>Whether larger values are better.</summary>
    [JsonIgnore]
    public bool HigherIsBetter => Direction == MetricDirection.Higher;

    /// <summary>
    /// The mean over the items that the metric asks of, x̄, and its standard error s/√n, s the sample standard deviation; both NaN without
    /// such an item, the error NaN with one. The loss is asked of every item: one that is not a number makes its mean none.
    /// </summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="items">The items' values.</param>
    public static MeasuredMetric Mean(LearnerMetric metric, IReadOnlyList<double> items)
    {
        var asked = metric.Name == LearnerMetric.LossName ? items : [.. items.Where(item => !double.IsNaN(item))];
        var over = asked.Count == 0 ? new SampleMean(double.NaN, double.NaN, 0) : SampleMean.Of(asked);
        return new(metric.Name, metric.Unit, metric.Direction, over.Mean, over.StdErr, items);
    }
}
