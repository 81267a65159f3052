using LibMoE.Runtime;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>The declared layers that are measured.</summary>
internal static class Variants
{
    /// <summary>The declared variant of a layer size.</summary>
    public static MoeVariant Of(LayerSize size) => (size.Experts, size.Picks, size.Hidden) switch
    {
        (8, 2, 512) => MoeVariant.Of<Experts8>(),
        (8, 2, 1024) => MoeVariant.Of<Wide8>(),
        (8, 2, 256) => MoeVariant.Of<Narrow8>(),
        (16, 2, 64) => MoeVariant.Of<Small16>(),
        (64, 8, 128) => MoeVariant.Of<Fine64>(),
        (32, 2, 512) => MoeVariant.Of<Experts32>(),
        (128, 2, 512) => MoeVariant.Of<Experts128>(),
        (256, 2, 512) => MoeVariant.Of<Experts256>(),
        _ => throw new ArgumentException($"No layer is declared for the shape {size.Name}.", nameof(size)),
    };
}

[MoeLayer, Experts<SwiGlu>(8, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Experts8;

[MoeLayer, Experts<SwiGlu>(32, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Experts32;

[MoeLayer, Experts<SwiGlu>(128, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Experts128;

[MoeLayer, Experts<SwiGlu>(256, Hidden = 512), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Experts256;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 1024), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Wide8;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 256), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Narrow8;

[MoeLayer, Experts<SwiGlu>(16, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
internal sealed partial class Small16;

[MoeLayer, Experts<SwiGlu>(64, Hidden = 128), SoftmaxGate(TopK = 8), SwitchBalance(0.01)]
internal sealed partial class Fine64;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2)]
internal sealed partial class EightExperts;
