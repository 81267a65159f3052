using System.Globalization;
using LibMoE.Runtime;

namespace Domains;

/// <summary>A figure that was asked for before anything was trained.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Bar">What it must come up to, or down to where less is better; null for more, or less, than a simple method.</param>
/// <param name="Method">The simple method's name; null where there is a bar.</param>
internal sealed record Criterion(string Metric, double? Bar, string? Method = null) : ICriterion
{
    /// <summary>Whether the figure must not be above the bar although more is better: what a harder case is known to do.</summary>
    public bool IsCeiling { get; init; }

    /// <summary>What was asked for, and what each variant came to.</summary>
    public string Of(StudyResults results)
    {
        var bar = Against(results);
        var figures = results.Variants.Select(variant => (variant.Name, Figure: Find(variant.Metrics))).ToList();
        var (higher, than) = (
            figures.Exists(one => one.Figure is { } figure && IsHigherAsked(figure)),
            Method is null ? "" : $" than {Method}");
        var asked = (higher, Method) switch
        {
            (true, null) => "at least",
            (false, null) => "at most",
            (true, _) => "more",
            _ => "less",
        };
        return string.Create(CultureInfo.InvariantCulture, $"Asked for: {Metric} {asked}{than}{(Method is null ? " " : ", ")}{bar:0.0##}. ")
            + string.Join(", ", figures.Select(one => one.Figure is { } figure
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{one.Name} {figure.Value:F3} ± {figure.StdErr:F3}: {(Reaches(figure.Value, bar, higher) ? "reached" : "missed")}")
                : $"{one.Name}: not measured")) + ".";
    }

    /// <summary>Whether a variant came up to it; not where nothing was measured.</summary>
    public bool IsReached(StudyResults results, VariantResult variant) => Find(variant.Metrics) is { } figure
        && Reaches(figure.Value, Against(results), IsHigherAsked(figure));

    private bool IsHigherAsked(MetricFigure figure) => figure.Direction == MetricDirection.Higher && !IsCeiling;

    private double Against(StudyResults results) =>
        Bar ?? Find(results.Baselines?.FirstOrDefault(method => method.Name == Method)?.Metrics)?.Value ?? double.NaN;

    private bool Reaches(double value, double bar, bool higher) =>
        Method is null ? higher ? value >= bar : value <= bar : higher ? value > bar : value < bar;

    private MetricFigure? Find(IReadOnlyList<MetricFigure>? metrics) => metrics?.FirstOrDefault(metric => metric.Name == Metric);
}
