using LibMoE.Runtime.Reporting.Report.Charts;
using ScottPlot;
using SkiaSharp;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>Draws a chart as a PNG for papers and slides: on white, at twice the usual density.</summary>
internal static class ChartPicture
{
    private const int Width = 1600;
    private const float Density = 2;

    /// <summary>The size of axis titles.</summary>
    internal const float LabelSize = 13;

    /// <summary>Fonts without serifs, the first that the machine has.</summary>
    private static readonly string[] FontNames = ["Liberation Sans", "Helvetica", "Arial", "Segoe UI", "Noto Sans", "DejaVu Sans"];

    private static readonly string? FontName = FontNames.Intersect(SKFontManager.Default.FontFamilies).FirstOrDefault();

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
            PlaneChart plane => PlanePicture.Draw(plot, plane),
            _ => throw new NotSupportedException($"No picture can be drawn of {chart.GetType().Name}."),
        };
        foreach (var axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom])
        {
            (axis.Label.FontSize, axis.Label.Bold) = (LabelSize, false);
        }

        if (FontName is not null)
        {
            plot.Font.Set(FontName);
        }

        using var image = plot.GetImage(Width, height);
        return image.GetImageBytes(ImageFormat.Png);
    }
}
