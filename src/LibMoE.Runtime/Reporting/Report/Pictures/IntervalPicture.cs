using LibMoE.Runtime.Reporting.Report.Charts;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>Values with error bars, one a row.</summary>
internal static class IntervalPicture
{
    private const int Frame = 260;

    /// <summary>Draws the chart and says how high the picture is.</summary>
    public static int Draw(Plot plot, IntervalChart chart)
    {
        var category = chart.Data.Words(chart.Category);
        var categories = category.Distinct().ToList();
        var values = chart.Data.Numbers(chart.Value);
        var series = chart.Series is null ? category.Select(_ => chart.Title).ToList() : chart.Data.Words(chart.Series);
        var names = series.Distinct().ToList();
        var styles = PictureColours.Of(names);
        foreach (var (index, name) in names.Index())
        {
            var rows = Enumerable.Range(0, chart.Data.Rows)
                .Where(row => series[row] == name && values[row] is { } value && double.IsFinite(value)).ToList();
            var x = rows.Select(row => values[row]!.Value).ToArray();
            var y = rows.Select(row => -categories.IndexOf(category[row]) - Shift(index, names.Count)).ToArray();
            var points = plot.Add.ScatterPoints(x, y, styles[name].Colour);
            points.MarkerSize = 7;
            points.LegendText = name;
            foreach (var (place, row) in rows.Index())
            {
                var (low, high) = chart.Bar(row);
                var bar = plot.Add.Line(low, y[place], high, y[place]);
                (bar.Color, bar.LineWidth, bar.MarkerSize) = (styles[name].Colour, 1.6f, 0);
            }
        }

        if (chart.Reference is { } reference)
        {
            plot.Add.VerticalLine(reference, 1, PictureColours.Quiet, LinePattern.Dotted);
        }

        plot.Axes.Left.TickGenerator = new NumericManual([.. categories.Index().Select(name => (double)-name.Index)], [.. categories]);
        plot.Axes.SetLimitsY(-categories.Count + 0.4, 0.6);
        plot.XLabel(chart.ValueTitle);
        if (names.Count > 1)
        {
            plot.ShowLegend(Edge.Right);
        }
        else
        {
            plot.HideLegend();
        }

        return Frame + categories.Count * Math.Max(64, names.Count * 30);
    }

    private static double Shift(int index, int count) => count == 1 ? 0 : (index - (count - 1) / 2.0) * 0.8 / count;
}
