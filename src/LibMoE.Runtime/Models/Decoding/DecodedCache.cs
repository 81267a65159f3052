using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>The keys and values that one block has read of one text, for each head in blocks of 16 tokens: [G, P/16, C, 16], P the tokens
/// that there is room for.</summary>
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

    /// <summary>P.</summary>
    public int Room { get; private set; }

    /// <summary>What a key and value head has of the last tokens, at most a window of them.</summary>
    public SeenTokens Seen(int head, int? window) => new(
        Keys + HeadStart(head, Room), Values + HeadStart(head, Room), _channels, window < Tokens ? Tokens - window.Value : 0, Tokens);

    /// <summary>Adds a token.</summary>
    public void Append(float* key_GC, float* value_GC)
    {
        if (Tokens == Room)
        {
            Grow();
        }

        Put(key_GC, Keys, Tokens);
        Put(value_GC, Values, Tokens);
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

    /// <summary>Whole blocks for at least one token more.</summary>
    private static int RoomFor(int tokens) => (tokens / OneQuery.Block + 1) * OneQuery.Block;

    private long HeadStart(int head, int room) => (long)head * _channels * room;

    /// <summary>Puts a token's channels to their places.</summary>
    private void Put(float* from_GC, float* to, int token)
    {
        var place = token / OneQuery.Block * OneQuery.Block * _channels + token % OneQuery.Block;
        for (var head = 0; head < _heads; head++)
        {
            var to_C = to + HeadStart(head, Room) + place;
            for (var c = 0; c < _channels; c++)
            {
                to_C[c * OneQuery.Block] = from_GC[head * _channels + c];
            }
        }
    }

    private RentedBuffer Taken(Tensor x_SGPC)
    {
        using var scope = NewDisposeScope();
        var x_PGC = x_SGPC[0].transpose(0, 1).contiguous();
        var (from, buffer) = ((nint)_torch.Pointer(x_PGC), Cleared());
        for (var token = 0; token < Tokens; token++)
        {
            Put((float*)from + (long)token * _heads * _channels, (float*)buffer.Pointer, token);
        }

        return buffer;
    }

    private void Grow()
    {
        var (keys, values, old) = (_keys, _values, Room);
        Room = RoomFor(2 * Tokens);
        (_keys, _values) = (Moved((float*)keys.Pointer, old), Moved((float*)values.Pointer, old));
        keys.Dispose();
        values.Dispose();
    }

    /// <summary>A buffer of the present room that begins, head by head, with the blocks of a smaller one.</summary>
    private RentedBuffer Moved(float* from, int room)
    {
        var buffer = Cleared();
        for (var head = 0; head < _heads; head++)
        {
            var blocks = new Span<float>(from + HeadStart(head, room), _channels * room);
            blocks.CopyTo(new Span<float>((float*)buffer.Pointer + HeadStart(head, Room), _channels * room));
        }

        return buffer;
    }

    /// <summary>A buffer of the present room; what no token fills yet is finite.</summary>
    private RentedBuffer Cleared()
    {
        var numbers = _heads * _channels * Room;
        var buffer = new RentedBuffer((long)numbers * sizeof(float));
        new Span<float>(buffer.Pointer, numbers).Clear();
        return buffer;
    }
}
