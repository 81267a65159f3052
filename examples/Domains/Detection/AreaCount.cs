namespace Detection;

/// <summary>The number of red cells as a straight line over the number of pixels that are darker in green than so much: it need not see one
/// cell to count them.</summary>
internal sealed record AreaCount(int Below, double Slope, double Start)
{
    /// <summary>The line of least squares, and the threshold with the smallest mean error, on what is learned from.</summary>
    public static AreaCount Fit(IReadOnlyList<Smear> train)
    {
        double[] counts = [.. train.Select(smear => (double)smear.Of(Smear.Red).Count)];
        return Enumerable.Range(0, 20).Select(step => 120 + 6 * step).Select(Line)
            .MinBy(line => train.Zip(counts, (smear, count) => Math.Abs(line.Count(smear) - count)).Average())!;

        AreaCount Line(int below)
        {
            double[] areas = [.. train.Select(smear => (double)Area(smear, below))];
            var (area, count) = (areas.Average(), counts.Average());
            var spread = areas.Sum(one => (one - area) * (one - area));
            var slope = spread > 0 ? areas.Zip(counts, (one, other) => (one - area) * (other - count)).Sum() / spread : 0;
            return new AreaCount(below, slope, count - slope * area);
        }
    }

    public double Count(Smear smear) => Start + Slope * Area(smear, Below);

    private static int Area(Smear smear, int below)
    {
        var area = 0;
        for (var at = 1; at < smear.Pixels.Length; at += 3)
        {
            area += smear.Pixels[at] < below ? 1 : 0;
        }

        return area;
    }
}
