namespace LibMoE.Runtime;

/// <summary>How a router starts in an upcycled model.</summary>
public enum RouterStart
{
    /// <summary>As declared: N(0, InitStd).</summary>
    Normal,

    /// <summary>The centres of a k-means clustering of the FFN's inputs on calibration text, scaled to InitStd.</summary>
    Clusters,
}

/// <summary>How a dense model becomes a mixture. The defaults copy exactly: the mixture starts at the dense model's loss.</summary>
public sealed record UpcyclingOptions
{
    /// <summary>Which blocks get a mixture, counted from 0; null means all.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>Standard deviation of the noise added to each expert's copy, relative to the copied matrix' own; 0 adds none.</summary>
    public double Noise { get; init; }

    /// <summary>
    /// Drop-Upcycling (Nakamura et al. 2025): the share of each expert's hidden units, from 0 to 1, whose columns and rows are redrawn
    /// from a normal distribution with the mean and standard deviation of the copied ones.
    /// </summary>
    public double DropFraction { get; init; }

    /// <summary>
    /// g: splits the dense FFN into g pieces of width H/g, and gives each piece to E/g experts (virtual groups, He et al. 2024). Router
    /// rows of one replica start equal, so that picks of a multiple of g are whole FFNs; the outputs are scaled by g.
    /// </summary>
    public int Split { get; init; } = 1;

    /// <summary>How routers start.</summary>
    public RouterStart Router { get; init; } = RouterStart.Normal;

    /// <summary>The standard deviation that router weights start with; null takes the declared InitStd.
    /// With clusters it scales their rows.</summary>
    public double? RouterStd { get; init; }

    /// <summary>The seed of routers, noise and re-drawn units.</summary>
    public long Seed { get; init; }

    /// <summary>Everything that is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!(Noise >= 0) || double.IsInfinity(Noise))
        {
            problems.Add(FormattableString.Invariant($"Upcycling:Noise is {Noise}; it must be at least 0."));
        }

        if (DropFraction is not (>= 0 and <= 1))
        {
            problems.Add(FormattableString.Invariant($"Upcycling:DropFraction is {DropFraction}; it must be from 0 to 1."));
        }

        if (RouterStd is { } std && (!(std >= 0) || double.IsInfinity(std)))
        {
            problems.Add(FormattableString.Invariant($"Upcycling:RouterStd is {std}; it must be at least 0."));
        }

        if (Split < 1)
        {
            problems.Add($"Upcycling:Split is {Split}; it must be at least 1.");
        }

        return problems;
    }
}
