using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What an image encoder, or a connector, gives back. Its tensors live in the caller's dispose scope.</summary>
/// <param name="features">[I, N, W]: N features for each of I images, row by row, without the class token.</param>
/// <param name="routings">How each MoE block routed the patches, in the order of the blocks; empty for a dense one.</param>
public sealed class VisionOutput(Tensor features, IReadOnlyList<Routing> routings)
{
    /// <summary>[I, N, W]: N features for each of I images, row by row, without the class token.</summary>
    public Tensor Features { get; } = features;

    /// <summary>How each MoE block routed the patches, in the order of the blocks; empty for a dense one.</summary>
    public IReadOnlyList<Routing> Routings { get; } = routings;
}
