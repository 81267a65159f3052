namespace LibMoE.Runtime;

/// <summary>Several sequences, one after the other.</summary>
/// <param name="parts">The sequences.</param>
public sealed class JoinedTokens(IReadOnlyList<ITokens> parts) : ITokens
{
    /// <inheritdoc />
    public long Count { get; } = parts.Sum(part => part.Count);

    /// <inheritdoc />
    public void CopyTo(long start, Span<long> destination)
    {
        foreach (var part in parts)
        {
            if (start < part.Count && destination.Length > 0)
            {
                var length = (int)Math.Min(destination.Length, part.Count - start);
                part.CopyTo(start, destination[..length]);
                destination = destination[length..];
                start = part.Count;
            }

            start -= part.Count;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, 0, nameof(destination));
    }
}
