using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>Attention whose keys and values come from one latent of each token; <see cref="LatentAttention"/> has the formulas and the
/// letters: A heads, N plain, R rotary and W value channels, U the latent's width.</summary>
internal sealed class MultiHeadLatentAttention : SelfAttention
{
    private readonly LatentAttention _widths;
    private readonly long _heads;
    private readonly RotaryEmbedding _rotary;

    private readonly double _scale;
    private readonly AttentionProduct _product;

    [ComponentName(Name = "query")]
    private readonly Projection? _query;

    [ComponentName(Name = "query_down")]
    private readonly Projection? _queryDown;

    [ComponentName(Name = "query_norm")]
    private readonly Norm? _queryNorm;

    [ComponentName(Name = "query_up")]
    private readonly Projection? _queryUp;

    [ComponentName(Name = "latent_down")]
    private readonly Projection _latentDown;

    [ComponentName(Name = "latent_norm")]
    private readonly Norm _latentNorm;

    [ComponentName(Name = "latent_up")]
    private readonly Projection _latentUp;

    [ComponentName(Name = "output")]
    private readonly Projection _output;

    public MultiHeadLatentAttention(ModelConfig config, RotaryEmbedding rotary, ParameterSource parameters, string prefix)
        : base(nameof(MultiHeadLatentAttention))
    {
        (_widths, _heads, _rotary) = (config.LatentAttention!, config.Heads, rotary);
        _scale = config.AttentionScale ?? 1 / Math.Sqrt(config.HeadWidth);
        _product = new AttentionProduct(config.AttentionScale, window: null);
        var epsilon = _widths.NormEpsilon ?? config.NormEpsilon;
        if (_widths.QueryRank is null)
        {
            _query = new Projection(parameters, prefix + "query.");
        }
        else
        {
            _queryDown = new Projection(parameters, prefix + "query_down.");
            _queryNorm = new Norm(NormKind.Rms, epsilon, parameters, prefix + "query_norm.", config.NormUnitOffset);
            _queryUp = new Projection(parameters, prefix + "query_up.");
        }

        _latentDown = new Projection(parameters, prefix + "latent_down.");
        _latentNorm = new Norm(NormKind.Rms, epsilon, parameters, prefix + "latent_norm.", config.NormUnitOffset);
        _latentUp = new Projection(parameters, prefix + "latent_up.");
        _output = new Projection(parameters, prefix + "output.");
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Attend(Tensor x_SLD, BlockPlace place)
    {
        using var scope = NewDisposeScope();
        var query_SALC = Queries(x_SLD).unflatten(2, [_heads, -1]).transpose(1, 2);
        var plain_SALN = query_SALC.narrow(-1, 0, _widths.PlainChannels);
        var turned_SALR = Rotate(query_SALC.narrow(-1, _widths.PlainChannels, _widths.RotaryChannels), place);
        var down_SLU = _latentDown.forward(x_SLD);
        var latent_S1LU = _latentNorm.forward(down_SLU.narrow(-1, 0, _widths.KeyValueRank)).unsqueeze(1);
        var key_S1LR = Rotate(down_SLU.narrow(-1, _widths.KeyValueRank, _widths.RotaryChannels).unsqueeze(1), place);
        var new_S1L = new Seen(key_S1LR, latent_S1LU);
        var mixed_SALW = place.Texts is { } texts
            ? cat([.. texts.Parts.Select(part => ReadOn(
                part.Cache, place.Block, Of(plain_SALN, part), Of(turned_SALR, part), Of(new_S1L, part)))], dim: 2)
            : ReadOn(place.Cache, place.Block, plain_SALN, turned_SALR, new_S1L);
        return _output.forward(mixed_SALW.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Queries(Tensor x_SLD) =>
        _query is not null ? _query.forward(x_SLD) : _queryUp!.forward(_queryNorm!.forward(_queryDown!.forward(x_SLD)));

    private Tensor Rotate(Tensor x_SALR, BlockPlace place) =>
        place.Texts is { } texts ? _rotary.Rotate(x_SALR, texts.Positions_L) : _rotary.Rotate(x_SALR, place.Position);

    private static Tensor Of(Tensor x_SALC, TextPart part) => x_SALC.narrow(2, part.First, part.Tokens);

    private static Seen Of(Seen seen, TextPart part) => new(Of(seen.Key_S1PR, part), Of(seen.Latent_S1PU, part));

    private Tensor ReadOn(KeyValueCache? cache, int block, Tensor plain_SALN, Tensor turned_SALR, Seen seen)
    {
        if (cache is not null)
        {
            (var key_S1PR, var latent_S1PU) = cache.Append(block, seen.Key_S1PR, seen.Latent_S1PU);
            seen = new Seen(key_S1PR, latent_S1PU);
        }

        return ReadsInLatents(plain_SALN.shape[2], seen.Latent_S1PU.shape[2])
            ? MixLatents(plain_SALN, turned_SALR, seen)
            : MixHeads(plain_SALN, turned_SALR, seen);
    }

    /// <summary>Which of two orders of the same products takes fewer multiplications, where something was read before: all P latents made
    /// into keys and values, or L queries and outputs taken through the same matrix, which then meet the latents themselves.</summary>
    private bool ReadsInLatents(long tokens, long seen)
    {
        long latent = _widths.KeyValueRank, made = _widths.PlainChannels + _widths.ValueChannels, rotary = _widths.RotaryChannels;
        var heads = (seen * latent * made) + (tokens * seen * (made + rotary));
        var latents = (tokens * latent * made) + (tokens * seen * ((2 * latent) + rotary));
        return seen > tokens && latents < heads;
    }

    /// <summary>Every head's keys and values, made from the latents.</summary>
    private Tensor MixHeads(Tensor plain_SALN, Tensor turned_SALR, Seen seen)
    {
        var made_SAPC = _latentUp.forward(seen.Latent_S1PU.squeeze(1)).unflatten(2, [_heads, -1]).transpose(1, 2);
        var plain_SAPN = made_SAPC.narrow(-1, 0, _widths.PlainChannels);
        var value_SAPW = made_SAPC.narrow(-1, _widths.PlainChannels, _widths.ValueChannels);
        var key_SAPC = cat([plain_SAPN, seen.Key_S1PR.expand(-1, _heads, -1, -1)], -1);
        return _product.Run(cat([plain_SALN, turned_SALR], -1), key_SAPC, value_SAPW, sink_A: null);
    }

    /// <summary>q·(c·Uᵀ)ᵀ = (q·U)·cᵀ and Σ p·(c·Vᵀ) = (Σ p·c)·Vᵀ: keys and values are never made.</summary>
    private Tensor MixLatents(Tensor plain_SALN, Tensor turned_SALR, Seen seen)
    {
        var (tokens, all) = (plain_SALN.shape[2], seen.Latent_S1PU.shape[2]);
        var up_ACU = _latentUp.Weight_OI.unflatten(0, [_heads, -1]);
        var latent_SPU = seen.Latent_S1PU.squeeze(1);
        var query_SAU = plain_SALN.matmul(up_ACU.narrow(1, 0, _widths.PlainChannels)).flatten(1, 2);
        var scores_SAP = query_SAU.matmul(latent_SPU.transpose(1, 2))
            .Plus(turned_SALR.flatten(1, 2).matmul(seen.Key_S1PR.squeeze(1).transpose(1, 2)));
        var scores_SALP = scores_SAP.unflatten(1, [_heads, tokens]).Times(_scale);
        if (tokens > 1)
        {
            var unseen_LP = ones(tokens, all, dtype: ScalarType.Bool, device: scores_SALP.device).tril(all - tokens).logical_not();
            scores_SALP = scores_SALP.masked_fill(unseen_LP, Scalars.NegativeInfinity);
        }

        var wide = scores_SALP.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : scores_SALP.dtype;
        var shares_SAP = scores_SALP.to(wide).softmax(-1).to(latent_SPU.dtype).flatten(1, 2);
        var mixed_SALU = shares_SAP.matmul(latent_SPU).unflatten(1, [_heads, tokens]);
        return mixed_SALU.matmul(up_ACU.narrow(1, _widths.PlainChannels, _widths.ValueChannels).transpose(1, 2));
    }

    /// <summary>What a token leaves behind for later ones.</summary>
    /// <param name="Key_S1PR">The turned key of all heads.</param>
    /// <param name="Latent_S1PU">The normalised latent.</param>
    private readonly record struct Seen(Tensor Key_S1PR, Tensor Latent_S1PU);
}
