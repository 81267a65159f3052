namespace LibMoE.Runtime;

/// <summary>How the experts of one block are used, in two numbers.</summary>
/// <param name="MaxOverMean">Picks of the most used expert over the mean: 1 is even, E is all on one.</param>
/// <param name="Dead">Experts without a pick.</param>
internal readonly record struct BlockLoad(double MaxOverMean, int Dead)
{
    /// <summary>The load of a block; null without counts, or without picks.</summary>
    public static BlockLoad? Of(BlockProgress block) => block.Picks is { } picks && picks.Any(count => count > 0)
        ? new BlockLoad(picks.Max() / picks.Average(), picks.Count(count => count == 0))
        : null;
}
