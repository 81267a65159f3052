using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Charts;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>A matrix of coloured cells.</summary>
internal static class HeatPicture
{
    private const int Frame = 300;
    private const int RowLabels = 40;

    /// <summary>What all names along the horizontal axis have together, in characters, before they run into each other.</summary>
    private const int ColumnCharacters = 90;
    private const int ScaleTicks = 5;

    /// <summary>Draws the chart and says how high the picture is.</summary>
    public static int Draw(Plot plot, HeatMap chart)
    {
        var (across, down) = (chart.Data.Words(chart.X).Distinct().ToList(), chart.Data.Words(chart.Y).Distinct().ToList());
        var (column, row) = (Places(across), Places(down));
        var cells = new double[down.Count, across.Count];
        foreach (ref var cell in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref cells[0, 0], cells.Length))
        {
            cell = double.NaN;
        }

        var (x, y, values) = (chart.Data.Words(chart.X), chart.Data.Words(chart.Y), chart.Data.Numbers(chart.Value));
        for (var i = 0; i < chart.Data.Rows; i++)
        {
            cells[row[y[i]], column[x[i]]] = values[i] ?? double.NaN;
        }

        var reach = chart.Neutral is { } neutral ? Math.Max(chart.Most - neutral, neutral - chart.Least) : 0;
        var drawn = plot.Add.Heatmap(cells);
        drawn.Colormap = PictureColours.Scale(chart.Neutral is not null);
        drawn.ManualRange = chart.Neutral is { } middle
            ? new ScottPlot.Range(middle - reach, middle + reach)
            : new ScottPlot.Range(chart.Least, chart.Most);
        AddScale(plot, chart, drawn, values.Any(value => value > chart.Most));
        AddCrosses(plot, chart, cells);
        plot.Axes.Bottom.TickGenerator = Ticks(across, ColumnCharacters / (across.Max(name => name.Length) + 2), index => index);
        plot.Axes.Left.TickGenerator = Ticks(down, RowLabels, index => down.Count - 1 - index);
        plot.HideGrid();
        plot.Axes.Margins(0, 0);
        plot.XLabel(chart.XTitle);
        plot.YLabel(chart.YTitle);
        return Frame + Math.Clamp(down.Count * 44, 300, 2400);
    }

    /// <summary>The bar that says which colour is which value; where values lie above its end, the end says so.</summary>
    private static void AddScale(Plot plot, HeatMap chart, Heatmap drawn, bool clipped)
    {
        var bar = plot.Add.ColorBar(drawn);
        bar.Label = chart.ValueTitle;
        var range = drawn.ManualRange!.Value;
        var ticks = Enumerable.Range(0, ScaleTicks).Select(tick => range.Min + (range.Max - range.Min) * tick / (ScaleTicks - 1)).ToArray();
        bar.Axis.TickGenerator = new NumericManual(
            ticks, [.. ticks.Index().Select(tick => (clipped && tick.Index == ScaleTicks - 1 ? "≥ " : "") + tick.Item.ToString(
                "0.###", CultureInfo.InvariantCulture))]);
        (bar.Axis.Label.FontSize, bar.Axis.Label.Bold) = (ChartPicture.LabelSize, false);
    }

    /// <summary>A cross marks a value of exactly zero, as on the page.</summary>
    private static void AddCrosses(Plot plot, HeatMap chart, double[,] cells)
    {
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        List<Coordinates> zeros =
        [
            .. from row in chart.CrossesZero ? Enumerable.Range(0, rows) : []
               from column in Enumerable.Range(0, columns)
               where cells[row, column] == 0
               select new Coordinates(column, rows - 1 - row),
        ];
        if (zeros.Count > 0)
        {
            plot.Add.Markers(zeros, MarkerShape.Eks, columns > 40 ? 4 : 7, chart.Neutral is null ? PictureColours.Quiet : Colors.White);
        }
    }

    private static Dictionary<string, int> Places(List<string> names) => names.Index().ToDictionary(name => name.Item, name => name.Index);

    /// <summary>A name for every cell, or for every n-th where there are too many to read.</summary>
    private static NumericManual Ticks(List<string> names, int most, Func<int, double> place)
    {
        var every = (int)Math.Ceiling(names.Count / Math.Max(1.0, most));
        var shown = names.Index().Where(name => name.Index % every == 0).ToList();
        return new NumericManual(shown.Select(name => place(name.Index)).ToArray(), shown.Select(name => name.Item).ToArray());
    }
}
