using LibMoE.Runtime.Kernels.Backbone;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// Rotary positions (Su et al. 2021): the channel pair j of a head at position p, read as a complex number, is multiplied by
/// exp(i·p·θ_j), θ_j = base^(−2j/r), j = 0 … r/2 − 1, scaled where <see cref="ModelConfig.RotaryScaling"/> says so; under YaRN by
/// <see cref="RotaryScaling.TurnedLength"/> too. Channels from r on stay as they are.
/// </summary>
/// <remarks>One object serves all blocks of a model. It is no module: what it holds follows from the configuration, and is made again for
/// the number type and device that it meets.</remarks>
internal sealed class RotaryEmbedding(ModelConfig config) : IDisposable
{
    private readonly long _channels = config.RotaryChannels;
    private Tensor? _cos_PJ;
    private Tensor? _sin_PJ;

    /// <summary>Turns every head by its tokens' positions.</summary>
    /// <param name="x_SALC">[S, A, L, C]: sequences, heads, tokens, channels of a head.</param>
    /// <param name="position">The position of the first token.</param>
    public Tensor Rotate(Tensor x_SALC, long position) => Turn(x_SALC, table_PJ => table_PJ.narrow(0, position, x_SALC.shape[2]));

    /// <summary>Turns every head by its tokens' positions.</summary>
    /// <param name="x_SALC">[S, A, L, C]: sequences, heads, tokens, channels of a head.</param>
    /// <param name="positions_L">The position of each token, int64 [L].</param>
    public Tensor Rotate(Tensor x_SALC, Tensor positions_L) => Turn(x_SALC, table_PJ => table_PJ.index_select(0, positions_L));

    private Tensor Turn(Tensor x_SALC, Func<Tensor, Tensor> ofTokens)
    {
        if (_channels == 0)
        {
            return x_SALC;
        }

        using var scope = NewDisposeScope();
        var (cos_PJ, sin_PJ) = Tables(x_SALC.dtype, x_SALC.device);
        var (cos_LJ, sin_LJ) = (ofTokens(cos_PJ), ofTokens(sin_PJ));
        if (Rotation.Takes(x_SALC))
        {
            var turned_SLAC = Rotation.Run(x_SALC.transpose(1, 2), cos_LJ, sin_LJ, config.RotaryLayout == RotaryLayout.Half);
            return turned_SLAC.transpose(1, 2).MoveToOuterDisposeScope();
        }

        var (real, imaginary) = Pairs(x_SALC.narrow(-1, 0, _channels));
        var turned = Join(real * cos_LJ - imaginary * sin_LJ, (real * sin_LJ).Plus(imaginary * cos_LJ));
        var rest = x_SALC.shape[^1] - _channels;
        var result = rest == 0 ? turned : cat([turned, x_SALC.narrow(-1, _channels, rest)], -1);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Handles of their own to cosines and sines in float32 on the CPU, [P, J], which the caller disposes; empty where no channel
    /// is rotary.</summary>
    public (Tensor Cos_PJ, Tensor Sin_PJ) Float32Tables()
    {
        using var scope = NewDisposeScope();
        var (cos_PJ, sin_PJ) = _channels == 0 ? (zeros(0), zeros(0)) : Tables(ScalarType.Float32, CPU);
        return (cos_PJ.detach().DetachFromDisposeScope(), sin_PJ.detach().DetachFromDisposeScope());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cos_PJ?.Dispose();
        _sin_PJ?.Dispose();
    }

    private (Tensor Cos_PJ, Tensor Sin_PJ) Tables(ScalarType dtype, Device device)
    {
        if (_cos_PJ is null || _sin_PJ is null || _cos_PJ.dtype != dtype || _cos_PJ.device != device)
        {
            Dispose();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var angles_PJ = TensorMath.Range(0, config.Context, ScalarType.Float64).unsqueeze(1) * Frequencies_J();
            _cos_PJ = Lengthened(angles_PJ.cos()).to(dtype, device).DetachFromDisposeScope();
            _sin_PJ = Lengthened(angles_PJ.sin()).to(dtype, device).DetachFromDisposeScope();
        }

        return (_cos_PJ, _sin_PJ);
    }

    /// <summary>In float64: at position 100,000 an angle of float32 would be wrong by a hundredth.</summary>
    private Tensor Frequencies_J()
    {
        if (config.RotaryScaling is { Kind: RotaryScalingKind.Yarn } yarn)
        {
            return tensor(yarn.Frequencies(config.RotaryBase, config.RotaryChannels));
        }

        var exponents_J = TensorMath.Range(0, _channels / 2, ScalarType.Float64).Times(-2.0 / _channels);
        var frequencies_J = exponents_J.Times(Math.Log(config.RotaryBase)).exp();
        return config.RotaryScaling is { } scaling ? tensor(frequencies_J.data<double>().Select(scaling.Scale).ToArray()) : frequencies_J;
    }

    private Tensor Lengthened(Tensor table_PJ) =>
        config.RotaryScaling is { TurnedLength: not 1 } scaling ? table_PJ.Times(scaling.TurnedLength) : table_PJ;

    private (Tensor Real, Tensor Imaginary) Pairs(Tensor rotary)
    {
        if (config.RotaryLayout == RotaryLayout.Half)
        {
            return (rotary.narrow(-1, 0, _channels / 2), rotary.narrow(-1, _channels / 2, _channels / 2));
        }

        var pairs = rotary.unflatten(3, [_channels / 2, 2]);
        return (pairs.select(-1, 0), pairs.select(-1, 1));
    }

    private Tensor Join(Tensor real, Tensor imaginary) =>
        config.RotaryLayout == RotaryLayout.Half ? cat([real, imaginary], -1) : stack([real, imaginary], -1).flatten(-2);
}
