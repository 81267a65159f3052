using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// Causal self-attention with rotary positions and grouped queries (Ainslie et al. 2023): <see cref="AttentionProduct"/> of
/// queries, keys and values, where query head a uses the key and value head ⌊a·G/A⌋ of the G there are.
/// </summary>
internal sealed class CausalAttention : SelfAttention
{
    private readonly long _heads;
    private readonly long _keyValueHeads;
    private readonly bool _normAcrossHeads;
    private readonly bool _normAfterRotary;
    private readonly RotaryEmbedding _rotary;
    private readonly AttentionProduct _product;

    [ComponentName(Name = "query")]
    private readonly Projection _query;

    [ComponentName(Name = "key")]
    private readonly Projection _key;

    [ComponentName(Name = "value")]
    private readonly Projection _value;

    [ComponentName(Name = "query_norm")]
    private readonly Norm? _queryNorm;

    [ComponentName(Name = "key_norm")]
    private readonly Norm? _keyNorm;

    [ComponentName(Name = "sinks")]
    private readonly Parameter? _sinks_A;

    [ComponentName(Name = "output")]
    private readonly Projection _output;

    public CausalAttention(ModelConfig config, int block, RotaryEmbedding rotary, ParameterSource parameters, string prefix)
        : base(nameof(CausalAttention))
    {
        (_heads, _keyValueHeads, _rotary) = (config.Heads, config.KeyValueHeadCount, rotary);
        _normAcrossHeads = config.QueryKeyNormAcrossHeads;
        _normAfterRotary = config.QueryKeyNormAfterRotary;
        _product = new AttentionProduct(config.AttentionScale, config.WindowOf(block));
        _query = new Projection(parameters, prefix + "query.");
        _key = new Projection(parameters, prefix + "key.");
        _value = new Projection(parameters, prefix + "value.");
        if (config.QueryKeyNorm)
        {
            _queryNorm = new Norm(NormKind.Rms, config.NormEpsilon, parameters, prefix + "query_norm.", config.NormUnitOffset);
            _keyNorm = new Norm(NormKind.Rms, config.NormEpsilon, parameters, prefix + "key_norm.", config.NormUnitOffset);
        }

        _sinks_A = parameters.Find(prefix + "sinks");

        _output = new Projection(parameters, prefix + "output.");
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Attend(Tensor x_SLD, BlockPlace place)
    {
        using var scope = NewDisposeScope();
        var query_SALC = Turned(_query.forward(x_SLD), _heads, _queryNorm, place);
        var key_SGLC = Turned(_key.forward(x_SLD), _keyValueHeads, _keyNorm, place);
        var value_SGLC = Heads(_value.forward(x_SLD), _keyValueHeads);
        var mixed_SALC = place.Texts is { } texts
            ? MixEach(texts, place.Block, query_SALC, key_SGLC, value_SGLC)
            : ReadOn(place.Cache, place.Block, query_SALC, key_SGLC, value_SGLC);
        return _output.forward(mixed_SALC.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Turned(Tensor x_SLQ, long heads, Norm? norm, BlockPlace place) => _normAfterRotary
        ? norm!.forward(Rotate(Heads(x_SLQ, heads), place))
        : Rotate(NormedHeads(x_SLQ, heads, norm), place);

    private Tensor Rotate(Tensor x_SALC, BlockPlace place) =>
        place.Texts is { } texts ? _rotary.Rotate(x_SALC, texts.Positions_L) : _rotary.Rotate(x_SALC, place.Position);

    /// <summary>Every text looks at its own tokens alone: those of this call and those in its cache.</summary>
    private Tensor MixEach(JoinedTexts texts, int block, Tensor query_SALC, Tensor key_SGLC, Tensor value_SGLC) =>
        cat(
            [.. texts.Parts.Select(part => ReadOn(
                part.Cache, block, Of(query_SALC, part), Of(key_SGLC, part), Of(value_SGLC, part)))],
            dim: 2);

    private static Tensor Of(Tensor x_SALC, TextPart part) => x_SALC.narrow(2, part.First, part.Tokens);

    private Tensor ReadOn(KeyValueCache? cache, int block, Tensor query_SALC, Tensor key_SGLC, Tensor value_SGLC)
    {
        if (cache is not null)
        {
            (key_SGLC, value_SGLC) = cache.Append(block, key_SGLC, value_SGLC);
        }

        return _product.Run(query_SALC, key_SGLC, value_SGLC, _sinks_A);
    }

    private Tensor NormedHeads(Tensor x_SLQ, long heads, Norm? norm) => norm is null ? Heads(x_SLQ, heads)
        : _normAcrossHeads ? Heads(norm.forward(x_SLQ), heads)
        : norm.forward(Heads(x_SLQ, heads));

    private static Tensor Heads(Tensor x_SLQ, long heads) =>
        x_SLQ.reshape(x_SLQ.shape[0], x_SLQ.shape[1], heads, -1).transpose(1, 2);
}
