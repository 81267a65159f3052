namespace LibMoE.Runtime.Data.Sampling;

/// <summary>
/// Where the sequences of one domain start: an epoch cuts the tokens into windows of L, from an offset of its own, and visits each once in
/// an order of its own.
/// </summary>
internal sealed class WindowOrder(ITokens tokens, int length, ulong seed)
{
    /// <summary>Sequences of an epoch.</summary>
    public long Windows { get; } = (tokens.Count / length) - 1;

    /// <summary>Copies the L tokens of a sequence and the one after them.</summary>
    /// <param name="position">How many sequences were drawn before.</param>
    /// <param name="destination">Takes L + 1 ids.</param>
    public void CopyTo(long position, Span<long> destination)
    {
        var epoch = ShuffledOrder.Mix(seed + (ulong)(position / Windows) + 1);
        var offset = (long)(ShuffledOrder.Mix(epoch) % (ulong)length);
        tokens.CopyTo(offset + (new ShuffledOrder(Windows, epoch)[position % Windows] * length), destination);
    }
}
