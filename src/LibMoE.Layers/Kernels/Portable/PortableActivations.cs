using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Portable;

/// <summary>What stands between an expert's matrices, in libtorch operations; autograd derives the gradients.</summary>
internal static class PortableActivations
{
    private const double GateSaturation = 4;
    private const double UpSaturation = 25;

    /// <summary>2·√(2/π): (1 + tanh(t))/2 = σ(2t).</summary>
    private const double GeluTwiceRoot = 1.5957691216057308;

    private const double GeluCube = 0.044715;
    private const double GeluSteepness = 1.702;

    /// <summary>act(h), h [.., H], or [.., 2H] with the gate half first.</summary>
    public static Tensor Apply(Activation activation, Tensor h, SwiGluOptions? glu)
    {
        if (!activation.IsGated())
        {
            return activation switch
            {
                Activation.Relu => h.relu(),
                Activation.Gelu => nn.functional.gelu(h),
                Activation.GeluTanh => GeluTanh(h),
                Activation.QuickGelu => h * h.Times(GeluSteepness).sigmoid(),
                _ => h.relu().Squared(),
            };
        }

        var halves = h.chunk(2, -1);
        var (g, u) = (halves[0], halves[1]);
        return activation switch
        {
            Activation.SwiGlu when glu is not null => Clamped(g, u, glu),
            Activation.SwiGlu => nn.functional.silu(g) * u,
            Activation.GeGlu => nn.functional.gelu(g) * u,
            Activation.GeGluTanh => GeluTanh(g) * u,
            _ => g.Over(GateSaturation).tanh().Times(GateSaturation) * g.sigmoid() * u.Over(UpSaturation).tanh().Times(UpSaturation),
        };
    }

    private static Tensor GeluTanh(Tensor v) => v * (v * v * v).Times(GeluCube).Plus(v).Times(GeluTwiceRoot).sigmoid();

    private static Tensor Clamped(Tensor g, Tensor u, SwiGluOptions glu)
    {
        using var limit = glu.Bound.ToScalar();
        using var least = (-glu.Bound).ToScalar();
        var value = glu.ClampAfterActivation ? Swish(g, glu.Slope).clamp_max(limit) : Swish(g.clamp_max(limit), glu.Slope);
        return value * u.clamp(least, limit).Plus(glu.UpOffset);
    }

    private static Tensor Swish(Tensor g, double slope) => slope == 1 ? nn.functional.silu(g) : g * g.Times(slope).sigmoid();
}
