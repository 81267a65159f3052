using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The keys and values of the tokens that a model has read, so that reading on costs only the new tokens. For inference: what is kept
/// carries no gradient. Of latent attention it keeps each token's latent and the one rotary key of all heads in their place.
/// </summary>
/// <remarks>
/// Reading a text in parts gives what reading it at once gives where every token is routed by itself; see
/// <see cref="LanguageModel.RoutesTokensAlone"/>. One cache serves one model at a time.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private const long SmallestRoom = 32;

    private readonly List<(Tensor Keys_SGPC, Tensor Values_SGPC)> _blocks = [];
    private readonly long _room;

    /// <summary>A cache that grows as it must, by doubling.</summary>
    public KeyValueCache()
        : this(SmallestRoom)
    {
    }

    /// <summary>A cache with room for so many tokens from the first on: it takes no more memory until there are more.</summary>
    /// <param name="tokens">Tokens of each sequence, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">tokens is below 1.</exception>
    public KeyValueCache(long tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokens);
        _room = tokens;
    }

    /// <summary>How many tokens of each sequence have been read.</summary>
    public long Length { get; private set; }

    /// <summary>S: how many sequences are read side by side; 0 before the first token.</summary>
    public long Sequences => _blocks.Count == 0 ? 0 : _blocks[0].Keys_SGPC.shape[0];

    /// <summary>How many numbers a token takes in all blocks together.</summary>
    internal long NumbersPerToken => _blocks.Sum(block => Width(block.Keys_SGPC) + Width(block.Values_SGPC));

    /// <summary>Forgets all tokens from a position on, so that another continuation can be read.</summary>
    /// <param name="length">How many tokens to keep, at most <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">length is below 0 or above <see cref="Length"/>.</exception>
    public void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        if (length == 0)
        {
            Dispose();
        }

        Length = length;
    }

    /// <summary>A cache of its own that has read the same, each sequence <paramref name="times"/> times in a row: one prefix for several
    /// continuations.</summary>
    /// <param name="times">How many copies of each sequence, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">times is below 1.</exception>
    public KeyValueCache Repeat(long times)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var copy = new KeyValueCache { Length = Length };
        foreach (var (keys_SGPC, values_SGPC) in _blocks)
        {
            copy._blocks.Add((Copy(keys_SGPC), Copy(values_SGPC)));
        }

        return copy;

        Tensor Copy(Tensor x_SGPC) => x_SGPC.narrow(2, 0, Length).repeat_interleave(times, dim: 0).DetachFromDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (keys_SGPC, values_SGPC) in _blocks)
        {
            keys_SGPC.Dispose();
            values_SGPC.Dispose();
        }

        _blocks.Clear();
        Length = 0;
    }

    /// <summary>What a block has read, in the caller's dispose scope.</summary>
    internal (Tensor Keys_SGPC, Tensor Values_SGPC) Of(int block) =>
        (_blocks[block].Keys_SGPC.narrow(2, 0, Length), _blocks[block].Values_SGPC.narrow(2, 0, Length));

    /// <summary>Adds a block's new keys and values, and gives back all of them, in the caller's dispose scope.</summary>
    internal (Tensor Keys_SGPC, Tensor Values_SGPC) Append(int block, Tensor keys_SGLC, Tensor values_SGLC)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var length = Length + keys_SGLC.shape[2];
        if (block == _blocks.Count)
        {
            _blocks.Add((Room(keys_SGLC, length), Room(values_SGLC, length)));
        }
        else if (_blocks[block].Keys_SGPC.shape[2] < length)
        {
            var old = _blocks[block];
            _blocks[block] = (Grown(old.Keys_SGPC, length), Grown(old.Values_SGPC, length));
        }

        var (keys_SGPC, values_SGPC) = _blocks[block];
        keys_SGPC.narrow(2, Length, keys_SGLC.shape[2]).copy_(keys_SGLC);
        values_SGPC.narrow(2, Length, keys_SGLC.shape[2]).copy_(values_SGLC);
        return (keys_SGPC.narrow(2, 0, length).MoveToOuterDisposeScope(), values_SGPC.narrow(2, 0, length).MoveToOuterDisposeScope());
    }

    /// <summary>All blocks have read so many tokens more.</summary>
    internal void Advance(long tokens) => Length += tokens;

    private static long Width(Tensor x_SGPC) => x_SGPC.shape[1] * x_SGPC.shape[3];

    private Tensor Grown(Tensor old_SGPC, long length)
    {
        var grown_SGPC = Room(old_SGPC, 2 * length);
        grown_SGPC.narrow(2, 0, Length).copy_(old_SGPC.narrow(2, 0, Length));
        old_SGPC.Dispose();
        return grown_SGPC;
    }

    private Tensor Room(Tensor like_SGLC, long length) =>
        empty([like_SGLC.shape[0], like_SGLC.shape[1], Math.Max(length, _room), like_SGLC.shape[3]], like_SGLC.dtype, like_SGLC.device)
            .DetachFromDisposeScope();
}
