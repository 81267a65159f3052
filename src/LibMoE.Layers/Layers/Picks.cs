using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Picks that replace a layer's own.</summary>
/// <param name="experts">[T, K'] int64, −1 for an empty slot, on any device; K' need not be the layer's K.</param>
/// <param name="weights">[T, K'] combine weights; null takes the layer's own rule on its current scores, with its gradients.</param>
public sealed class Picks(Tensor experts, Tensor? weights = null)
{
    /// <summary>[T, K'] int64, −1 for an empty slot.</summary>
    public Tensor Experts { get; } = experts;

    /// <summary>[T, K'] combine weights, or null.</summary>
    public Tensor? Weights { get; } = weights;
}
