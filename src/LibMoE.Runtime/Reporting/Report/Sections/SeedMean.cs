using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>A mean over seeds that were all measured on the same items.</summary>
internal static class SeedMean
{
    /// <summary>
    /// Of one value and its error over the items for each seed. More seeds do not make the items' part smaller, since it is the same items:
    /// it is taken as the mean of the seeds' own errors, which is its value where seeds agree about the items, and too large
    /// otherwise.
    /// </summary>
    /// <param name="seeds">The values.</param>
    /// <param name="items">How many items; where nobody noted it, many.</param>
    public static SeedsAndItems Of(IReadOnlyList<PairedDifference> seeds, int items = int.MaxValue) =>
        SeedsAndItems.Of([.. seeds.Select(seed => seed.Mean)], seeds.Average(seed => seed.StandardError), items);
}
