namespace LibMoE.Runtime;

/// <summary>Token ids that are kept in memory.</summary>
/// <param name="ids">The ids.</param>
public sealed class IdTokens(int[] ids) : ITokens
{
    /// <inheritdoc />
    public long Count => ids.LongLength;

    /// <inheritdoc />
    public void CopyTo(long start, Span<long> destination)
    {
        var source = ids.AsSpan((int)start, destination.Length);
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }
}
