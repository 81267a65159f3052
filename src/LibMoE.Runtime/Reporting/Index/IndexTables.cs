using System.Globalization;
using Spectre.Console;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>The list of runs and their comparison as tables of the screen.</summary>
internal static class IndexTables
{
    /// <summary>One row a run.</summary>
    public static Table Of(IReadOnlyList<RunSummary> runs)
    {
        var table = Empty("Run", "Begun", "Program", "Variants", "Status", "Best metric", "Tags");
        foreach (var run in runs)
        {
            table.AddRow(Cells(
                run.Name, run.Date.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), run.Program ?? Figures.None,
                string.Join(", ", run.Variants), run.Status, run.BestWords, string.Join(", ", run.Tags)));
        }

        return table;
    }

    /// <summary>One row a variant of a run.</summary>
    public static Table Of(ComparedRuns compared)
    {
        var metric = compared.Rows.Select(row => row.Figures.HeldOut[0]).FirstOrDefault();
        var header = metric is null ? "Metric" : MetricWords.Column(metric);
        var table = Empty("Run", "Variant", header, "Against the first run", "Active", "Seeds");
        foreach (var row in compared.Rows)
        {
            table.AddRow(Cells(
                row.Run, row.Figures.Name, MetricWords.Cell(row.Figures.HeldOut[0]),
                row.AgainstFirst is { } against
                    ? $"{Figures.Difference(against.Difference, against.StandardError)} {against.Verdict}"
                    : Figures.None,
                Figures.Count(row.Figures.ActiveParameters), row.Figures.Seeds.Count.ToString(CultureInfo.InvariantCulture)));
        }

        return table;
    }

    /// <summary>One row a setting that differs.</summary>
    /// <param name="compared">The comparison.</param>
    /// <param name="runs">The runs' names, in its order.</param>
    public static Table Settings(ComparedRuns compared, IEnumerable<string> runs)
    {
        var table = Empty(["Setting", .. runs]);
        foreach (var (key, values) in compared.Settings)
        {
            table.AddRow(Cells([key, .. values]));
        }

        return table;
    }

    private static Table Empty(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn(new Text(header)).Padding(0, 0, 1, 0));
        }

        return table;
    }

    private static Text[] Cells(params string[] cells) => [.. cells.Select(cell => new Text(cell))];
}
