using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// Causal self-attention with rotary positions and grouped queries (Ainslie et al. 2023): softmax(α·q·kᵀ)·v, α = 1/√C unless <see
/// cref="ModelConfig.AttentionScale"/> says otherwise, where query head a uses the key and value head ⌊a·G/A⌋ of the G there are.
/// </summary>
internal sealed class CausalAttention : SelfAttention
{
    private readonly long _heads;
    private readonly long _keyValueHeads;
    private readonly bool _normAcrossHeads;
    private readonly RotaryEmbedding _rotary;

    /// <summary>What queries are multiplied by first, as libtorch's attention has the factor 1/√C.</summary>
    private readonly double _stretch;

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

    [ComponentName(Name = "output")]
    private readonly Projection _output;

    public CausalAttention(ModelConfig config, RotaryEmbedding rotary, ParameterSource parameters, string prefix)
        : base(nameof(CausalAttention))
    {
        (_heads, _keyValueHeads, _rotary) = (config.Heads, config.KeyValueHeadCount, rotary);
        _normAcrossHeads = config.QueryKeyNormAcrossHeads;
        _stretch = config.AttentionScale is { } scale ? scale * Math.Sqrt(config.HeadWidth) : 1;
        _query = new Projection(parameters, prefix + "query.");
        _key = new Projection(parameters, prefix + "key.");
        _value = new Projection(parameters, prefix + "value.");
        if (config.QueryKeyNorm)
        {
            _queryNorm = new Norm(NormKind.Rms, config.NormEpsilon, parameters, prefix + "query_norm.");
            _keyNorm = new Norm(NormKind.Rms, config.NormEpsilon, parameters, prefix + "key_norm.");
        }

        _output = new Projection(parameters, prefix + "output.");
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Attend(Tensor x_SLD, BlockPlace place)
    {
        using var scope = NewDisposeScope();
        var query_SALC = Stretched(Rotate(NormedHeads(_query.forward(x_SLD), _heads, _queryNorm), place));
        var key_SGLC = Rotate(NormedHeads(_key.forward(x_SLD), _keyValueHeads, _keyNorm), place);
        var value_SGLC = Heads(_value.forward(x_SLD), _keyValueHeads);
        var mixed_SALC = place.Texts is { } texts
            ? MixEach(texts, place.Block, query_SALC, key_SGLC, value_SGLC)
            : ReadOn(place.Cache, place.Block, query_SALC, key_SGLC, value_SGLC);
        return _output.forward(mixed_SALC.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Stretched(Tensor query_SALC) => _stretch == 1 ? query_SALC : query_SALC.Times(_stretch);

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

        return Mix(query_SALC, Share(key_SGLC), Share(value_SGLC));
    }

    private Tensor NormedHeads(Tensor x_SLQ, long heads, Norm? norm) => norm is null ? Heads(x_SLQ, heads)
        : _normAcrossHeads ? Heads(norm.forward(x_SLQ), heads)
        : norm.forward(Heads(x_SLQ, heads));

    /// <summary>P keys, of which the last L stand where the queries do; values may have another width.</summary>
    internal static Tensor Mix(Tensor query_SALC, Tensor key_SAPC, Tensor value_SAPC)
    {
        var (tokens, past) = (query_SALC.shape[2], key_SAPC.shape[2] - query_SALC.shape[2]);
        if (past == 0 || tokens == 1)
        {
            return nn.functional.scaled_dot_product_attention(query_SALC, key_SAPC, value_SAPC, is_casual: past == 0);
        }

        var seen_LP = ones(tokens, past + tokens, dtype: ScalarType.Bool, device: query_SALC.device).tril(past);
        return nn.functional.scaled_dot_product_attention(query_SALC, key_SAPC, value_SAPC, attn_mask: seen_LP);
    }

    private static Tensor Heads(Tensor x_SLQ, long heads) =>
        x_SLQ.reshape(x_SLQ.shape[0], x_SLQ.shape[1], heads, -1).transpose(1, 2);

    /// <summary>Repeats each key or value head for the query heads that share it.</summary>
    private Tensor Share(Tensor x_SGLC) =>
        _heads == _keyValueHeads ? x_SGLC : x_SGLC.repeat_interleave(_heads / _keyValueHeads, dim: 1);
}
