using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A <see cref="Block"/> of one token. A mixture that the kernels do not serve is asked as it is: its gate may be of any
/// kind.</summary>
internal sealed unsafe class DecodedBlock : IDisposable
{
    private readonly DecodedWeights _weights;
    private readonly DecodedNorm? _attentionNorm;
    private readonly DecodedNorm? _attentionAfterNorm;
    private readonly DecodedNorm? _feedForwardNorm;
    private readonly DecodedNorm? _feedForwardAfterNorm;
    private readonly DecodedAttention _attention;
    private readonly DecodedFeedForward? _feedForward;
    private readonly DecodedMixture? _mixture;
    private readonly MoeLayer? _layer;
    private readonly RentedBuffer _rows;
    private readonly float _scale;

    /// <param name="weights">The model's.</param>
    /// <param name="block">Which block.</param>
    /// <param name="layer">Its mixture; null where its FFN is dense.</param>
    /// <param name="handsLogitsOn">Whether a later layer reads the mixture's logits.</param>
    /// <param name="read">The keys and values that it has read.</param>
    public DecodedBlock(
        DecodedWeights weights, int block, MoeLayer? layer, bool handsLogitsOn, (Tensor Keys_SGPC, Tensor Values_SGPC) read)
    {
        var (prefix, kind) = ($"blocks.{block}.", weights.Config.Norm);
        (_weights, _layer) = (weights, layer);
        _attentionNorm = DecodedNorm.Find(weights, kind, prefix + "attention_norm.");
        _attentionAfterNorm = DecodedNorm.Find(weights, kind, prefix + "attention_after_norm.");
        _feedForwardNorm = DecodedNorm.Find(weights, kind, prefix + "ffn_norm.");
        _feedForwardAfterNorm = DecodedNorm.Find(weights, kind, prefix + "ffn_after_norm.");
        _attention = new DecodedAttention(weights, block, read);
        _feedForward = layer is null ? new DecodedFeedForward(weights, prefix + "ffn.", weights.Config.Activation) : null;
        _mixture = layer is null || handsLogitsOn ? null : DecodedMixture.Find(weights, block, layer);
        _rows = new RentedBuffer(2L * weights.Config.Dim * sizeof(float));
        _scale = (float)(weights.Config.ResidualScale ?? 1);
    }

    /// <summary>Runs the block on the token in its place.</summary>
    /// <param name="x_D">The token.</param>
    /// <param name="turn">Its position.</param>
    /// <param name="context">What a mixture receives that is asked as a layer.</param>
    /// <returns>How such a mixture routed it, in the caller's dispose scope.</returns>
    public Routing? Run(float* x_D, DecodedTurn turn, MoeContext context)
    {
        var normed_D = (float*)_rows.Pointer;
        var part_D = normed_D + _weights.Config.Dim;
        _attention.Run(Normed(_attentionNorm, x_D, normed_D), turn, part_D);
        Add(part_D, _attentionAfterNorm, x_D);
        var routing = FeedForward(Normed(_feedForwardNorm, x_D, normed_D), context, part_D);
        Add(part_D, _feedForwardAfterNorm, x_D);
        return routing;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _attention.Dispose();
        _feedForward?.Dispose();
        _mixture?.Dispose();
        _rows.Dispose();
    }

    private static float* Normed(DecodedNorm? norm, float* x_D, float* normed_D)
    {
        norm?.Run(x_D, 1, normed_D);
        return norm is null ? x_D : normed_D;
    }

    private Routing? FeedForward(float* x_D, MoeContext context, float* y_D)
    {
        _feedForward?.Run(x_D, y_D);
        _mixture?.Run(x_D, y_D);
        if (_feedForward is not null || _mixture is not null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var dim = _weights.Config.Dim;
        var x_SLD = empty(1, 1, dim);
        new ReadOnlySpan<float>(x_D, dim).CopyTo(new Span<float>(_weights.Torch.Pointer(x_SLD), dim));
        var output = _layer!.call(x_SLD, context);
        var y_SLD = output.Hidden.contiguous();
        new ReadOnlySpan<float>(_weights.Torch.Pointer(y_SLD), dim).CopyTo(new Span<float>(y_D, dim));
        output.Routing.MoveToOuterDisposeScope();
        return output.Routing;
    }

    /// <summary>x += ρ·part.</summary>
    private void Add(float* part_D, DecodedNorm? norm, float* x_D)
    {
        norm?.Run(part_D, 1, part_D);
        for (var d = 0; d < _weights.Config.Dim; d++)
        {
            x_D[d] += _scale * part_D[d];
        }
    }
}
