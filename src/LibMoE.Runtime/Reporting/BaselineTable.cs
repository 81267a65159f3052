namespace LibMoE.Runtime.Reporting;

/// <summary>Simple methods and variants side by side, by every metric.</summary>
internal static class BaselineTable
{
    /// <summary>So many metrics a screen holds; <c>results.json</c> and the report have all.</summary>
    public const int Shown = 8;

    /// <summary>Each method or variant with its metrics; the methods first, as what has to be beaten.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<MetricFigure> Metrics)> Rows(StudyResults results) =>
    [
        .. (results.Baselines ?? []).Select(baseline => (baseline.Name, baseline.Metrics)),
        .. results.Variants.Select(variant => (variant.Name, variant.HeldOut)),
    ];

    /// <summary>The table as lines, a metric a column, which are as long as they are.</summary>
    public static IEnumerable<string> Lines(StudyResults results)
    {
        var rows = Rows(results);
        var metrics = results.Variants[0].HeldOut.Take(Shown).ToList();
        List<string[]> cells =
        [
            ["", .. metrics.Select(metric => $"{metric.Name} {(metric.Direction == MetricDirection.Higher ? "↑" : "↓")}")],
            .. rows.Select(row => row.Metrics.Take(Shown).Select(Cell).Prepend(row.Name).ToArray()),
        ];
        int[] widths = [.. Enumerable.Range(0, metrics.Count + 1).Select(column => cells.Max(row => row[column].Length))];
        return cells.Select(row => " " + row[0].PadRight(widths[0]) + string.Concat(
            row.Skip(1).Select((cell, column) => "  " + cell.PadLeft(widths[column + 1]))));
    }

    private static string Cell(MetricFigure metric) => double.IsNaN(metric.Value) ? Figures.None : MetricWords.Cell(metric);
}
