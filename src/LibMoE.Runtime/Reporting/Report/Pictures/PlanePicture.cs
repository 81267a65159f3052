using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Statistics;
using ScottPlot;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>Points with bars and ellipses, the best of them joined.</summary>
internal static class PlanePicture
{
    private const int Height = 1000;
    private const int Corners = 72;

    /// <summary>A shape for each eight colours.</summary>
    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    /// <summary>Draws the chart and says how high the picture is.</summary>
    public static int Draw(Plot plot, PlaneChart chart)
    {
        var (x, y, names) = (chart.Data.Numbers(chart.X.Value), chart.Data.Numbers(chart.Y.Value), chart.Data.Words(chart.Name));
        var styles = PictureColours.Of(names.Distinct());
        List<int> rows = [.. Enumerable.Range(0, chart.Data.Rows).Where(row => IsKnown(x[row]) && IsKnown(y[row]))];
        Join(plot, chart, rows.Where(row => chart.Data.Words(chart.Joined)[row] == chart.JoinedWord));
        foreach (var row in rows)
        {
            var colour = styles[names[row]].Colour;
            AddEllipse(plot, chart, row, colour);
            AddBars(plot, chart, row, colour);
        }

        foreach (var (place, row) in rows.Index())
        {
            var point = plot.Add.ScatterPoints(new[] { x[row]!.Value }, new[] { y[row]!.Value }, styles[names[row]].Colour);
            (point.MarkerSize, point.MarkerShape, point.LegendText) = (8, Shapes[place / 8 % Shapes.Length], names[row]);
        }

        plot.XLabel(chart.X.Title);
        plot.YLabel(chart.Y.Title);
        plot.ShowLegend(Edge.Right);
        return Height;
    }

    private static void Join(Plot plot, PlaneChart chart, IEnumerable<int> rows)
    {
        var (x, y) = (chart.Data.Numbers(chart.X.Value), chart.Data.Numbers(chart.Y.Value));
        int[] sorted = [.. rows.OrderBy(row => x[row])];
        var line = plot.Add.ScatterLine(
            sorted.Select(row => x[row]!.Value).ToArray(), sorted.Select(row => y[row]!.Value).ToArray(), PictureColours.Quiet);
        (line.LineWidth, line.LegendText) = (1.2f, chart.JoinedWord);
    }

    private static void AddEllipse(Plot plot, PlaneChart chart, int row, Color colour)
    {
        if (!IsKnown(chart.Data.Numbers(chart.Correlation)[row]))
        {
            return;
        }

        var ellipse = plot.Add.Polygon(Enumerable.Range(0, Corners).Select(corner =>
        {
            var (first, second) = SeedEllipse.At(
                2 * Math.PI * corner / Corners, (Number(chart.X.Value), Number(chart.Y.Value)),
                (Number(chart.X.Deviation), Number(chart.Y.Deviation)), Number(chart.Correlation));
            return new Coordinates(first, second);
        }).ToArray());
        (ellipse.FillColor, ellipse.LineColor, ellipse.LineWidth) = (colour.WithAlpha(0.25), colour, 1);

        double Number(string column) => chart.Data.Numbers(column)[row]!.Value;
    }

    private static void AddBars(Plot plot, PlaneChart chart, int row, Color colour)
    {
        var (x, y) = (chart.Data.Numbers(chart.X.Value)[row]!.Value, chart.Data.Numbers(chart.Y.Value)[row]!.Value);
        var (across, up) = (Reach(chart.X.Error), Reach(chart.Y.Error));
        foreach (var bar in new[] { plot.Add.Line(x - across, y, x + across, y), plot.Add.Line(x, y - up, x, y + up) })
        {
            (bar.Color, bar.LineWidth, bar.MarkerSize) = (colour, 1.2f, 0);
        }

        double Reach(string column) => chart.Data.Numbers(column)[row] is { } error && double.IsFinite(error) ? error : 0;
    }

    private static bool IsKnown(double? value) => value is { } number && double.IsFinite(number);
}
