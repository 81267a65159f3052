namespace LibMoE.Runtime;

/// <summary>A held-out metric in <c>results.json</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Value">The figure; of a variant the mean over its seeds.</param>
/// <param name="StdErr">Its standard error: of a run over the items, of a variant with several seeds over these and the seeds.</param>
public sealed record MetricFigure(string Name, string Unit, MetricDirection Direction, double Value, double StdErr)
{
    internal static MetricFigure Of(MeasuredMetric metric) => new(metric.Name, metric.Unit, metric.Direction, metric.Value, metric.StdErr);
}
