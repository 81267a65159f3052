namespace LibMoE.Runtime.Reporting;

/// <summary>A curve in one line of text: the lowest value is the lowest bar, the highest the highest.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const string PlainBars = "_.-=+*%#";

    /// <summary>Draws a curve.</summary>
    /// <param name="values">From left to right; what is not finite is left out.</param>
    /// <param name="width">The most bars; more values are averaged in groups of (nearly) equal size.</param>
    /// <param name="unicode">Whether the screen has the bars.</param>
    /// <returns>Empty without values.</returns>
    public static string Of(IEnumerable<double> values, int width, bool unicode)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
        {
            return "";
        }

        var count = Math.Min(width, finite.Length);
        var points = Enumerable.Range(0, count)
            .Select(point => finite[(point * finite.Length / count)..((point + 1) * finite.Length / count)].Average())
            .ToList();
        var (least, range) = (points.Min(), points.Max() - points.Min());
        var bars = unicode ? Bars : PlainBars;
        return string.Concat(points.Select(point => bars[range == 0 ? 0 : (int)Math.Round((point - least) / range * (bars.Length - 1))]));
    }
}
