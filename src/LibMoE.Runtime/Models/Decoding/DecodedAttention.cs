using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary><see cref="CausalAttention"/> of one token behind those that were read.</summary>
internal sealed unsafe class DecodedAttention : IDisposable
{
    private readonly DecodedWeights _weights;
    private readonly DecodedProjection _query;
    private readonly DecodedProjection _key;
    private readonly DecodedProjection _value;
    private readonly DecodedProjection _output;
    private readonly DecodedNorm? _queryNorm;
    private readonly DecodedNorm? _keyNorm;
    private readonly float* _sinks_A;
    private readonly float _scale;
    private readonly int? _window;
    private readonly DecodedCache _cache;
    private readonly RentedBuffer _rows;
    private RentedBuffer _scratch;
    private int _room;

    /// <param name="weights">The model's.</param>
    /// <param name="block">Which block.</param>
    /// <param name="read">The keys and values that were read.</param>
    public DecodedAttention(DecodedWeights weights, int block, (Tensor Keys_SGPC, Tensor Values_SGPC) read)
    {
        var (config, prefix) = (weights.Config, $"blocks.{block}.attention.");
        _weights = weights;
        (_query, _key) = (new(weights, prefix + "query."), new(weights, prefix + "key."));
        (_value, _output) = (new(weights, prefix + "value."), new(weights, prefix + "output."));
        _queryNorm = DecodedNorm.Find(weights, NormKind.Rms, prefix + "query_norm.");
        _keyNorm = DecodedNorm.Find(weights, NormKind.Rms, prefix + "key_norm.");
        _sinks_A = weights[prefix + "sinks"];
        _scale = (float)(config.AttentionScale ?? 1 / Math.Sqrt(config.HeadWidth));
        _window = config.WindowOf(block);
        _cache = new DecodedCache(weights.Torch, read.Keys_SGPC, read.Values_SGPC);
        _rows = new RentedBuffer(RentedBuffer.Aligned((2L * _query.Outputs + 2L * _key.Outputs) * sizeof(float)));
        (_room, _scratch) = (_cache.Room, Scratch());
    }

    /// <summary>Lets the token look at itself and those before it.</summary>
    /// <param name="x_D">The token.</param>
    /// <param name="turn">Its position.</param>
    /// <param name="y_D">The result.</param>
    public void Run(float* x_D, DecodedTurn turn, float* y_D)
    {
        var query_AC = (float*)_rows.Pointer;
        var mixed_AC = query_AC + _query.Outputs;
        var key_GC = mixed_AC + _query.Outputs;
        var value_GC = key_GC + _key.Outputs;
        _query.Run(x_D, query_AC);
        _key.Run(x_D, key_GC);
        _value.Run(x_D, value_GC);
        Turn(query_AC, _weights.Config.Heads, _queryNorm, turn);
        Turn(key_GC, _weights.Config.KeyValueHeadCount, _keyNorm, turn);
        _cache.Append(key_GC, value_GC);
        Mix(query_AC, mixed_AC);
        _output.Run(mixed_AC, y_D);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cache.Dispose();
        _rows.Dispose();
        _scratch.Dispose();
    }

    private RentedBuffer Scratch() => new((long)OneQuery.Scratch(_cache.Room, _weights.Config.HeadWidth) * sizeof(float));

    private void Mix(float* query_AC, float* mixed_AC)
    {
        if (_room != _cache.Room)
        {
            _scratch.Dispose();
            (_room, _scratch) = (_cache.Room, Scratch());
        }

        var config = _weights.Config;
        var (width, shared) = (config.HeadWidth, config.Heads / config.KeyValueHeadCount);
        for (var head = 0; head < config.Heads; head++)
        {
            _weights.Query.Run(
                _cache.Seen(head / shared, _window), query_AC + head * width, _scale, _sinks_A is null ? null : _sinks_A[head],
                (float*)_scratch.Pointer, mixed_AC + head * width);
        }
    }

    private void Turn(float* x_AC, int heads, DecodedNorm? norm, DecodedTurn turn)
    {
        var (config, width) = (_weights.Config, _weights.Config.HeadWidth);
        if (!config.QueryKeyNormAfterRotary)
        {
            norm?.Run(x_AC, config.QueryKeyNormAcrossHeads ? 1 : heads, x_AC);
        }

        for (var head = 0; head < heads; head++)
        {
            turn.Run(x_AC + head * width);
        }

        if (config.QueryKeyNormAfterRotary)
        {
            norm?.Run(x_AC, heads, x_AC);
        }
    }
}
