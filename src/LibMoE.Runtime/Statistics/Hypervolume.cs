namespace LibMoE.Runtime;

/// <summary>How much of the plane two aims at once dominate, both to be made small (Zitzler and Thiele 1998).</summary>
public static class Hypervolume
{
    /// <summary>The area of all points that are at least as large as some given point in both aims, and below the reference in
    /// both.</summary>
    /// <param name="points">What was reached; points beyond the reference count nothing.</param>
    /// <param name="reference">The worst that counts.</param>
    public static double Of(IEnumerable<(double First, double Second)> points, (double First, double Second) reference)
    {
        var (area, lowest) = (0.0, reference.Second);
        foreach (var (first, second) in Front(points).Where(point => point.First < reference.First))
        {
            area += (reference.First - first) * Math.Max(0, lowest - second);
            lowest = Math.Min(lowest, second);
        }

        return area;
    }

    /// <summary>The points that no other is better than: the Pareto front, by the first aim.</summary>
    /// <param name="points">What was reached.</param>
    public static IReadOnlyList<(double First, double Second)> Front(IEnumerable<(double First, double Second)> points)
    {
        var front = new List<(double First, double Second)>();
        foreach (var point in points.OrderBy(point => point.First).ThenBy(point => point.Second))
        {
            if (front.Count == 0 || point.Second < front[^1].Second)
            {
                front.Add(point);
            }
        }

        return front;
    }
}
