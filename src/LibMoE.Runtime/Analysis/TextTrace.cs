namespace LibMoE.Runtime;

/// <summary>Which experts handled each token of a text, in each MoE block, with what weight.</summary>
public sealed record TextTrace
{
    /// <summary>What the text is, such as its domain.</summary>
    public required string Title { get; init; }

    /// <summary>[T] the tokens as people read them; joined they are the text, where it is valid.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>The MoE blocks, from the first to the last; soft slots have none.</summary>
    public required IReadOnlyList<BlockTrace> Blocks { get; init; }
}

/// <summary>One MoE block's picks for a text.</summary>
/// <param name="Block">The block's index in the model.</param>
/// <param name="Experts">[T, K] experts, the pick ranked first in slot 0; −1 is an empty slot.</param>
/// <param name="Weights">[T, K] combine weights.</param>
public sealed record BlockTrace(int Block, IReadOnlyList<IReadOnlyList<int>> Experts, IReadOnlyList<IReadOnlyList<double>> Weights);
