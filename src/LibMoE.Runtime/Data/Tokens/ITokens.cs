namespace LibMoE.Runtime;

/// <summary>A sequence of token ids, wherever it is kept.</summary>
public interface ITokens
{
    /// <summary>How many tokens there are.</summary>
    long Count { get; }

    /// <summary>Copies tokens out.</summary>
    /// <param name="start">The first token's position, from 0.</param>
    /// <param name="destination">Filled; must end within the sequence.</param>
    void CopyTo(long start, Span<long> destination);
}
