using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Draws training sequences: an epoch cuts the tokens into windows of L, from an offset of its own, and visits each once in an order of
/// its own. All follows from the seed and <see cref="Position"/>; variants of a study that share the seed see the same batches.
/// </summary>
public sealed class BatchSampler
{
    private readonly ITokens _tokens;
    private readonly int _length;
    private readonly ulong _seed;
    private readonly long _windows;

    /// <summary>Starts at position 0.</summary>
    /// <param name="tokens">The training tokens.</param>
    /// <param name="length">L: tokens of a sequence.</param>
    /// <param name="batch">The largest batch that will be asked for.</param>
    /// <param name="seed">Decides the order.</param>
    /// <exception cref="ConfigurationException">There are fewer tokens than one batch takes.</exception>
    public BatchSampler(ITokens tokens, int length, int batch, long seed)
    {
        (_tokens, _length, _seed) = (tokens, length, ShuffledOrder.Mix((ulong)seed));
        _windows = (tokens.Count / length) - 1;
        if (_windows < batch)
        {
            throw new ConfigurationException(
                $"The corpus has {tokens.Count} training tokens; Training:Batch = {batch} sequences of Training:SequenceLength = {length} tokens take at least {(batch + 1L) * length}.");
        }
    }

    /// <summary>How many sequences have been drawn; setting it continues from there.</summary>
    public long Position { get; set; }

    /// <summary>Draws the next sequences.</summary>
    /// <param name="sequences">S.</param>
    /// <param name="device">Where the tensors are made; null is the CPU.</param>
    /// <returns>Token ids and, for each, the id that follows it: [S, L] int64 both.</returns>
    public (Tensor Inputs_SL, Tensor Targets_SL) Next(int sequences, Device? device = null)
    {
        var ids = new long[sequences * (_length + 1)];
        for (var sequence = 0; sequence < sequences; sequence++)
        {
            _tokens.CopyTo(Start(Position++), ids.AsSpan(sequence * (_length + 1), _length + 1));
        }

        using var ids_SM = tensor(ids, [sequences, _length + 1], device: device);
        return (ids_SM.narrow(1, 0, _length), ids_SM.narrow(1, 1, _length));
    }

    private long Start(long position)
    {
        var epoch = ShuffledOrder.Mix(_seed + (ulong)(position / _windows) + 1);
        var offset = (long)(ShuffledOrder.Mix(epoch) % (ulong)_length);
        return offset + (new ShuffledOrder(_windows, epoch)[position % _windows] * _length);
    }
}
