namespace LibMoE.Runtime.Statistics;

/// <summary>Sorts what was reached in two aims, both to be made small, into fronts (Deb et al. 2002, "A fast and elitist multiobjective
/// genetic algorithm: NSGA-II", section III).</summary>
internal static class ParetoFronts
{
    /// <summary>The numbers of the points, front by front: the first holds those that no other dominates, each further one those that only
    /// points of earlier fronts do. a dominates b where a ≤ b in both aims and a &lt; b in one.</summary>
    /// <param name="points">What was reached.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<(double First, double Second)> points)
    {
        var fronts = new List<IReadOnlyList<int>>();
        List<int> left = [.. Enumerable.Range(0, points.Count)];
        while (left.Count > 0)
        {
            List<int> front = [.. left.Where(point => !left.Exists(other => Dominates(points[other], points[point])))];
            fronts.Add(front);
            left.RemoveAll(front.Contains);
        }

        return fronts;
    }

    /// <summary>How far a point's neighbours in its front are apart: Σ over both aims of (next − previous)/(largest − smallest), infinite
    /// at an aim's ends.</summary>
    /// <param name="front">The points of one front.</param>
    public static IReadOnlyList<double> Crowding(IReadOnlyList<(double First, double Second)> front)
    {
        var distances = new double[front.Count];
        Add(point => point.First);
        Add(point => point.Second);
        return distances;

        void Add(Func<(double First, double Second), double> aim)
        {
            var order = Enumerable.Range(0, front.Count).OrderBy(point => aim(front[point])).ToArray();
            var range = order.Length == 0 ? 0 : aim(front[order[^1]]) - aim(front[order[0]]);
            foreach (var (place, point) in order.Index())
            {
                distances[point] += place == 0 || place == order.Length - 1 ? double.PositiveInfinity
                    : range > 0 && double.IsFinite(range) ? (aim(front[order[place + 1]]) - aim(front[order[place - 1]])) / range
                    : 0;
            }
        }
    }

    /// <summary>The numbers of the points, the best first: by front, and within a front the lonelier first.</summary>
    /// <param name="points">What was reached.</param>
    public static IReadOnlyList<int> Order(IReadOnlyList<(double First, double Second)> points) =>
    [
        .. Of(points).SelectMany(front => front
            .Zip(Crowding([.. front.Select(point => points[point])]))
            .OrderByDescending(pair => pair.Second)
            .Select(pair => pair.First)),
    ];

    private static bool Dominates((double First, double Second) one, (double First, double Second) other) =>
        one.First <= other.First && one.Second <= other.Second && one != other;
}
