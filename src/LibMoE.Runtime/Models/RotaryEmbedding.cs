using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Rotary positions (Su et al. 2021): the channel pair j of a head at position p, read as a complex number, is multiplied by
/// exp(i·p·θ_j), θ_j = base^(−2j/r), j = 0 … r/2 − 1. Channels from r on stay as they are.
/// </summary>
internal sealed class RotaryEmbedding : nn.Module
{
    private readonly RotaryLayout _layout;
    private readonly long _channels;
    private readonly Tensor _cos_PJ;
    private readonly Tensor _sin_PJ;

    /// <summary>Makes the tables for all positions of a context, in the router's precision (float32 or wider).</summary>
    public RotaryEmbedding(ModelConfig config, MoeShape init)
        : base(nameof(RotaryEmbedding))
    {
        (_layout, _channels) = (config.RotaryLayout, config.RotaryChannels);
        using var scope = NewDisposeScope();
        var exponents_J = arange(0, _channels / 2, ScalarType.Float64) * (-2.0 / Math.Max(_channels, 1));
        var frequencies_J = (exponents_J * Math.Log(config.RotaryBase)).exp();
        var angles_PJ = arange(0, config.Context, ScalarType.Float64).unsqueeze(1) * frequencies_J;
        _cos_PJ = angles_PJ.cos().to(init.RouterDType, init.Device ?? CPU).DetachFromDisposeScope();
        _sin_PJ = angles_PJ.sin().to(init.RouterDType, init.Device ?? CPU).DetachFromDisposeScope();
        register_buffer("cos", _cos_PJ, persistent: false);
        register_buffer("sin", _sin_PJ, persistent: false);
    }

    /// <summary>Turns every head by its tokens' positions.</summary>
    /// <param name="x_SALC">[S, A, L, C]: sequences, heads, tokens, channels of a head.</param>
    /// <param name="position">The position of the first token.</param>
    public Tensor Rotate(Tensor x_SALC, long position)
    {
        if (_channels == 0)
        {
            return x_SALC;
        }

        using var scope = NewDisposeScope();
        var cos_LJ = _cos_PJ.narrow(0, position, x_SALC.shape[2]).to(x_SALC.dtype);
        var sin_LJ = _sin_PJ.narrow(0, position, x_SALC.shape[2]).to(x_SALC.dtype);
        var rotary = x_SALC.narrow(-1, 0, _channels);
        var (real, imaginary) = Pairs(rotary);
        var turned = Join(real * cos_LJ - imaginary * sin_LJ, real * sin_LJ + imaginary * cos_LJ);
        var rest = x_SALC.shape[^1] - _channels;
        var result = rest == 0 ? turned : cat([turned, x_SALC.narrow(-1, _channels, rest)], -1);
        return result.MoveToOuterDisposeScope();
    }

    private (Tensor Real, Tensor Imaginary) Pairs(Tensor rotary)
    {
        if (_layout == RotaryLayout.Half)
        {
            return (rotary.narrow(-1, 0, _channels / 2), rotary.narrow(-1, _channels / 2, _channels / 2));
        }

        var pairs = rotary.unflatten(-1, [_channels / 2, 2]);
        return (pairs.select(-1, 0), pairs.select(-1, 1));
    }

    private Tensor Join(Tensor real, Tensor imaginary) =>
        _layout == RotaryLayout.Half ? cat([real, imaginary], -1) : stack([real, imaginary], -1).flatten(-2);
}
