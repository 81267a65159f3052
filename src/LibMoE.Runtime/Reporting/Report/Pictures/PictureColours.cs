using ScottPlot;

namespace LibMoE.Runtime.Reporting.Report.Pictures;

/// <summary>The colours of the light page: Okabe and Ito's palette, readable with every kind of colour vision.</summary>
internal static class PictureColours
{
    private static readonly string[] Series = ["#0072b2", "#d55e00", "#009e73", "#b8578f", "#c48700", "#3a9bd0", "#6a4fa3", "#7a6a3a"];

    /// <summary>Lines behind the marks.</summary>
    public static Color Grid { get; } = Color.FromHex("#dfe3e8");

    /// <summary>Lines to compare with.</summary>
    public static Color Quiet { get; } = Color.FromHex("#586069");

    /// <summary>A colour and a dash for each name: the baseline is grey, and dashes begin when the colours come round again.</summary>
    public static IReadOnlyDictionary<string, (Color Colour, LinePattern Pattern)> Of(IEnumerable<string> names)
    {
        var styles = new Dictionary<string, (Color, LinePattern)>();
        var next = 0;
        foreach (var name in names)
        {
            if (name == MoeVariant.Dense)
            {
                styles[name] = (Color.FromHex("#5b636c"), LinePattern.Solid);
                continue;
            }

            styles[name] = (Color.FromHex(Series[next % Series.Length]), next < Series.Length ? LinePattern.Solid : LinePattern.Dashed);
            next++;
        }

        return styles;
    }

    /// <summary>The scale of a heat map: one hue, or two on either side of a neutral grey.</summary>
    public static IColormap Scale(bool twoHues) => new Blend(
        twoHues
            ? [Color.FromHex("#2b6cb0"), Color.FromHex("#f4f4f2"), Color.FromHex("#c2570c")]
            : [Color.FromHex("#f3f6fa"), Color.FromHex("#08427c")]);

    private sealed class Blend(Color[] stops) : IColormap
    {
        public string Name => "LibMoE";

        public Color GetColor(double position)
        {
            if (double.IsNaN(position))
            {
                return Colors.Transparent;
            }

            var at = Math.Clamp(position, 0, 1) * (stops.Length - 1);
            var left = Math.Min((int)at, stops.Length - 2);
            return stops[left].MixedWith(stops[left + 1], at - left);
        }
    }
}
