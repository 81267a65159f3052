namespace LibMoE.Runtime;

/// <summary>How evenly experts are used.</summary>
/// <param name="PicksPerBlock">Per MoE block, how many picks each of its E experts got.</param>
public sealed record ExpertLoad(IReadOnlyList<IReadOnlyList<long>> PicksPerBlock)
{
    /// <summary>Per MoE block, the coefficient of variation of picks per expert: population standard deviation over
    /// mean; 0 is even.</summary>
    public IReadOnlyList<double> CvPerBlock { get; } = [.. PicksPerBlock.Select(CoefficientOfVariation.Of)];

    /// <summary>Mean of <see cref="CvPerBlock"/>.</summary>
    public double Cv => CvPerBlock.Average();

    /// <summary>Experts, over all blocks, without a single pick.</summary>
    public int Dead => PicksPerBlock.Sum(picks => picks.Count(count => count == 0));

    /// <summary>The load of those blocks that have counts; null where none has.</summary>
    internal static ExpertLoad? Of(IEnumerable<BlockProgress> blocks)
    {
        var counted = blocks.Select(block => block.Picks).OfType<IReadOnlyList<long>>().ToList();
        return counted.Count == 0 ? null : new ExpertLoad(counted);
    }
}
