using LibMoE.Runtime.Reporting.Report.Charts;
using ScottPlot;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>Curves over a number.</summary>
internal static class LinePicture
{
    private const int Height = 1000;

    /// <summary>Draws the chart and says how high the picture is.</summary>
    public static int Draw(Plot plot, LineChart chart)
    {
        var (x, y, series) = (chart.Data.Numbers(chart.X), chart.Data.Numbers(chart.Y), chart.Data.Words(chart.Series));
        var line = chart.Line is null ? series : chart.Data.Words(chart.Line);
        var styles = PictureColours.Of(series.Distinct());
        var named = new HashSet<string>();
        var rows = Enumerable.Range(0, chart.Data.Rows)
            .Where(row => x[row] is { } at && y[row] is { } value && double.IsFinite(at) && double.IsFinite(value));
        foreach (var curve in rows.GroupBy(row => (Series: series[row], Line: line[row])))
        {
            var drawn = plot.Add.Scatter(curve.Select(row => x[row]!.Value).ToArray(), curve.Select(row => y[row]!.Value).ToArray());
            (drawn.Color, drawn.LinePattern) = styles[curve.Key.Series];
            drawn.LineWidth = 1.6f;
            drawn.MarkerSize = curve.Count() < 25 ? 4 : 0;
            drawn.LegendText = named.Add(curve.Key.Series) ? curve.Key.Series : "";
        }

        if (chart.Top is { } top)
        {
            var least = y.Where(value => value is { } number && double.IsFinite(number)).Min()!.Value;
            plot.Axes.SetLimitsY(least - 0.05 * (top - least), top);
        }

        foreach (var (_, value) in chart.References)
        {
            plot.Add.HorizontalLine(value, 1, PictureColours.Quiet, LinePattern.Dotted);
        }

        plot.XLabel(chart.XTitle);
        plot.YLabel(chart.YTitle);
        if (named.Count > 1)
        {
            plot.ShowLegend(Edge.Right);
        }
        else
        {
            plot.HideLegend();
        }

        return Height;
    }
}
