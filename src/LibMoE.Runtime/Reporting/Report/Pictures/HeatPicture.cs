using ScottPlot;
using ScottPlot.TickGenerators;

namespace LibMoE.Runtime;

/// <summary>A matrix of coloured cells.</summary>
internal static class HeatPicture
{
    private const int Frame = 300;
    private const int Labels = 40;

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
        drawn.ManualRange = chart.Neutral is { } middle ? new ScottPlot.Range(middle - reach, middle + reach) : new ScottPlot.Range(chart.Least, chart.Most);
        plot.Add.ColorBar(drawn).Label = chart.ValueTitle;
        plot.Axes.Bottom.TickGenerator = Ticks(across, index => index);
        plot.Axes.Left.TickGenerator = Ticks(down, index => down.Count - 1 - index);
        plot.HideGrid();
        plot.Axes.Margins(0, 0);
        plot.XLabel(chart.XTitle);
        plot.YLabel(chart.YTitle);
        return Frame + Math.Clamp(down.Count * 44, 300, 2400);
    }

    private static Dictionary<string, int> Places(List<string> names) => names.Index().ToDictionary(name => name.Item, name => name.Index);

    /// <summary>A name for every cell, or for every n-th where there are too many to read.</summary>
    private static NumericManual Ticks(List<string> names, Func<int, double> place)
    {
        var every = (names.Count + Labels - 1) / Labels;
        var shown = names.Index().Where(name => name.Index % every == 0).ToList();
        return new NumericManual(shown.Select(name => place(name.Index)).ToArray(), shown.Select(name => name.Item).ToArray());
    }
}
