using LibMoE.Runtime;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>Layers of shape S that differ from the plain one in what their experts compute, at its FLOPs.</summary>
internal static class OptionLayers
{
    /// <summary>The layer that the others are compared with first, and in the middle once more, for what the place in a round and a busy
    /// machine make of it; between them those that change the activation, then the others.</summary>
    public static IReadOnlyList<(string Name, MoeVariant Variant)> All { get; } =
    [
        ("plain SwiGlu", MoeVariant.Of<Experts8>()),
        ("limit, slope, offset", MoeVariant.Of<Clamped8>()),
        ("limit behind the activation", MoeVariant.Of<ClampedAfter8>()),
        ("the same with biases", MoeVariant.Of<ClampedBias8>()),
        ("GeGlu", MoeVariant.Of<GeGlu8>()),
        ("GeGluTanh", MoeVariant.Of<GeGluTanh8>()),
        ("SiTu", MoeVariant.Of<SiTu8>()),
        ("plain SwiGlu again", MoeVariant.Of<Experts8>()),
        ("latent 128", MoeVariant.Of<Latent8>()),
        ("latent 128 with norm", MoeVariant.Of<LatentNorm8>()),
        ("weights on the input", MoeVariant.Of<InputWeights8>()),
    ];
}

[MoeLayer, Experts<SwiGlu>(8, Hidden = 512, Limit = 7, Slope = 1.702, UpOffset = 1), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Clamped8;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 512, Limit = 7, ClampAfterActivation = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class ClampedAfter8;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 512, Limit = 7, Slope = 1.702, UpOffset = 1, Bias = true), SoftmaxGate(TopK = 2)]
[SwitchBalance(0.01)]
internal sealed partial class ClampedBias8;

[MoeLayer, Experts<GeGlu>(8, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class GeGlu8;

[MoeLayer, Experts<GeGluTanh>(8, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class GeGluTanh8;

[MoeLayer, Experts<SiTu>(8, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class SiTu8;

/// <summary>2·256·128 for the way into the latent and back, 6·128·944 for two experts: 1.005 of the plain layer's 6·256·512.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 944), LatentExperts(128), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Latent8;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 944), LatentExperts(128, Norm = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class LatentNorm8;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 512), SoftmaxGate(TopK = 2, WeighInput = true), SwitchBalance(0.01)]
internal sealed partial class InputWeights8;
