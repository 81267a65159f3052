namespace LibMoE.Runtime.Statistics;

/// <summary>
/// What items are drawn from when a mean over groups is resampled: each group by itself, so that groups keep their sizes. A group of a
/// single item says nothing of its own spread: then all items are one sample, each with the weight that the mean gives it, and the spread
/// includes how groups differ, which errs on the side of doubt.
/// </summary>
internal static class Strata
{
    /// <summary>The strata, every item with its weight.</summary>
    public static IReadOnlyList<IReadOnlyList<(T Item, double Weight)>> Of<T>(IReadOnlyList<IReadOnlyList<T>> groups) =>
        groups.Any(group => group.Count == 1)
        ? [[.. groups.SelectMany(group => group.Select(item => (item, 1.0 / group.Count)))]]
        : [.. groups.Select(group => (IReadOnlyList<(T, double)>)[.. group.Select(item => (item, 1.0))])];
}
