using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>The keys and values that one block has read of one text, channel by channel: [G, C, P], P the tokens there is room for.</summary>
internal sealed unsafe class DecodedCache : IDisposable
{
    private readonly TorchLibrary _torch;
    private readonly int _heads;
    private readonly int _channels;
    private RentedBuffer _keys;
    private RentedBuffer _values;

    /// <summary>Takes over what a cache has read, of its one sequence.</summary>
    public DecodedCache(TorchLibrary torch, Tensor keys_SGPC, Tensor values_SGPC)
    {
        _torch = torch;
        (_heads, Tokens, _channels) = ((int)keys_SGPC.shape[1], (int)keys_SGPC.shape[2], (int)keys_SGPC.shape[3]);
        Room = RoomFor(2 * Tokens);
        (_keys, _values) = (Taken(keys_SGPC), Taken(values_SGPC));
    }

    /// <summary>How many tokens were read.</summary>
    public int Tokens { get; private set; }

    /// <summary>P: how far apart two channels are.</summary>
    public int Room { get; private set; }

    /// <summary>What a key and value head has of the last tokens, at most a window of them.</summary>
    public SeenTokens Seen(int head, int? window)
    {
        var first = window < Tokens ? Tokens - window.Value : 0;
        var offset = (long)head * _channels * Room + first;
        return new SeenTokens(Keys + offset, Values + offset, Room, _channels, Tokens - first);
    }

    /// <summary>Adds a token.</summary>
    public void Append(float* key_GC, float* value_GC)
    {
        // A window may begin anywhere, and vectors end behind the last token.
        if (Tokens + 1 + OneQuery.Padding > Room)
        {
            Grow();
        }

        for (var row = 0; row < _heads * _channels; row++)
        {
            Keys[(long)row * Room + Tokens] = key_GC[row];
            Values[(long)row * Room + Tokens] = value_GC[row];
        }

        Tokens++;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private float* Keys => (float*)_keys.Pointer;

    private float* Values => (float*)_values.Pointer;

    private static int RoomFor(int tokens) => (tokens + 2 * OneQuery.Padding) / OneQuery.Padding * OneQuery.Padding;

    private RentedBuffer Taken(Tensor x_SGPC)
    {
        using var scope = NewDisposeScope();
        var x_GCP = x_SGPC[0].transpose(1, 2).contiguous();
        return Spread((float*)_torch.Pointer(x_GCP), Tokens);
    }

    private void Grow()
    {
        var (keys, values, old) = (_keys, _values, Room);
        Room = RoomFor(2 * Tokens);
        (_keys, _values) = (Spread((float*)keys.Pointer, old), Spread((float*)values.Pointer, old));
        keys.Dispose();
        values.Dispose();
    }

    /// <summary>A buffer of the present room, with the tokens of each channel in front and zeros behind.</summary>
    private RentedBuffer Spread(float* from, int stride)
    {
        var rows = _heads * _channels;
        var buffer = new RentedBuffer((long)rows * Room * sizeof(float));
        var to = (float*)buffer.Pointer;
        for (var row = 0; row < rows; row++, from += stride, to += Room)
        {
            new ReadOnlySpan<float>(from, Tokens).CopyTo(new Span<float>(to, Tokens));
            new Span<float>(to + Tokens, Room - Tokens).Clear();
        }

        return buffer;
    }
}
