namespace LibMoE.Runtime;

/// <summary>A mean over seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">From the seeds' own errors or, from two seeds on, from their spread, whichever is larger.</param>
internal sealed record SeedMean(double Mean, double StandardError)
{
    /// <summary>Of one value and its error for each seed.</summary>
    public static SeedMean Of(IReadOnlyList<PairedDifference> seeds)
    {
        var mean = seeds.Average(seed => seed.Mean);
        var within = Math.Sqrt(seeds.Sum(seed => seed.StandardError * seed.StandardError)) / seeds.Count;
        return new SeedMean(mean, seeds.Count < 2
            ? within
            : Math.Max(within, Math.Sqrt(seeds.Sum(seed => (seed.Mean - mean) * (seed.Mean - mean)) / (seeds.Count - 1) / seeds.Count)));
    }
}
