namespace LibMoE.Runtime;

/// <summary>A simple method in <c>results.json</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metrics">Its figures; errors are over held-out examples alone.</param>
public sealed record BaselineResult(string Name, IReadOnlyList<MetricFigure> Metrics)
{
    internal static BaselineResult Of(Baseline baseline) => new(baseline.Name, [.. baseline.Metrics.Select(MetricFigure.Of)]);
}
