using ScottPlot;

namespace LibMoE.Runtime;

/// <summary>Draws a chart as a PNG for papers and slides: on white, at twice the usual density.</summary>
internal static class ChartPicture
{
    private const int Width = 1600;
    private const float Density = 2;

    /// <summary>The file's bytes.</summary>
    public static byte[] Png(ReportChart chart)
    {
        using var plot = new Plot { ScaleFactor = Density };
        plot.Title(chart.Title, size: 15);
        plot.Legend.FontSize = 11;
        plot.Grid.MajorLineColor = PictureColours.Grid;
        var height = chart switch
        {
            LineChart line => LinePicture.Draw(plot, line),
            HeatMap heat => HeatPicture.Draw(plot, heat),
            IntervalChart interval => IntervalPicture.Draw(plot, interval),
            _ => throw new NotSupportedException($"No picture can be drawn of {chart.GetType().Name}."),
        };
        using var image = plot.GetImage(Width, height);
        return image.GetImageBytes(ImageFormat.Png);
    }
}
