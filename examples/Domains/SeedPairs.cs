using LibMoE.Runtime;

namespace Domains;

/// <summary>A metric of two variants at the seeds that both were trained with.</summary>
/// <param name="With">Of the first, by seed.</param>
/// <param name="Without">Of the second, in the same order.</param>
internal sealed record SeedPairs(IReadOnlyList<double> With, IReadOnlyList<double> Without)
{
    /// <summary>How many seeds there are of both.</summary>
    public int Seeds => With.Count;

    /// <summary>The first minus the second, the mean over seeds; not of no seed.</summary>
    public PairedDifference Difference => PairedDifference.Of(With, Without);

    /// <summary>Of two variants.</summary>
    /// <param name="with">The first.</param>
    /// <param name="without">The second.</param>
    /// <param name="metric">The metric's name.</param>
    /// <param name="scale">What figures are multiplied by: 100 for points of a share.</param>
    public static SeedPairs Of(VariantResult with, VariantResult without, string metric, double scale = 1)
    {
        var seeds = with.Seeds.Join(without.Seeds, seed => seed.Seed, seed => seed.Seed, (one, other) => (one, other)).ToList();
        return new SeedPairs(seeds.ConvertAll(pair => Value(pair.one)), seeds.ConvertAll(pair => Value(pair.other)));

        double Value(SeedResult seed) => scale * seed.Metrics.Single(measured => measured.Name == metric).Value;
    }
}
