using LibMoE.Runtime.Runs;

namespace LibMoE.Runtime.Reporting;

/// <summary>How a held-out metric is called and written for people. Those of text have had names of their own for long.</summary>
internal static class MetricWords
{
    private static readonly (LearnerMetric Metric, string Title, string Column, string Key)[] Text =
    [
        (TextMetrics.Loss, "validation loss", "Validation loss", "validation_loss"),
        (TextMetrics.Perplexity, "perplexity per byte", "Perpl. / byte", "perplexity_per_byte"),
    ];

    /// <summary>As a sentence says it.</summary>
    public static string Title(LearnerMetric metric) => Known(metric).Title ?? metric.Name;

    /// <summary>As the header of a table says it.</summary>
    public static string Column(MetricFigure metric) => Known(Of(metric)).Column ?? $"{metric.Name}, {metric.Unit} {Arrow(Of(metric))}";

    /// <summary>As a column of figures is named.</summary>
    public static string Key(MetricFigure metric) => Known(Of(metric)).Key ?? metric.Name;

    /// <summary>The value as a cell of a table, with its error where one is known.</summary>
    public static string Cell(MetricFigure? metric) => metric switch
    {
        null => Figures.None,
        { Name: TextMetrics.PerplexityName, Unit: var unit } when unit == TextMetrics.Perplexity.Unit => Figures.Number(metric.Value, 2),
        { StdErr: double.NaN } => Figures.Number(metric.Value, 3),
        _ => Figures.Loss(metric.Value, metric.StdErr),
    };

    /// <summary>Name, unit and direction, for the line below a table.</summary>
    public static string Explained(MetricFigure metric) =>
        $"{metric.Name} in {metric.Unit} ({(metric.Direction == MetricDirection.Higher ? "higher" : "lower")} is better)";

    /// <summary>The metric that variants of a study are ranked by.</summary>
    public static LearnerMetric Main(IEnumerable<TrainingResult> runs) =>
        runs.FirstOrDefault()?.HeldOut[0] is { } first ? new(first.Name, first.Unit, first.Direction) : TextMetrics.Loss;

    /// <summary>What the items are that metrics are means over.</summary>
    public static string Items(LearnerMetric metric) => IsText(metric) ? "held-out sequences" : "held-out examples";

    /// <summary>Whether the metric is the loss of text.</summary>
    public static bool IsText(LearnerMetric metric) => metric == TextMetrics.Loss;

    private static string Arrow(LearnerMetric metric) => metric.HigherIsBetter ? "↑" : "↓";

    private static LearnerMetric Of(MetricFigure metric) => new(metric.Name, metric.Unit, metric.Direction);

    private static (LearnerMetric Metric, string? Title, string? Column, string? Key) Known(LearnerMetric metric) =>
        Text.FirstOrDefault(known => known.Metric == metric);
}
