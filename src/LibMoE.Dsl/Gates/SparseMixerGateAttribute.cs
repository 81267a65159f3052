using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// K rounds over the logits l = x·Wᵀ: of the experts that are left, those with (m − l_e)/max(|l_e|, m) ≤ 2ε, m the largest l, share a
/// softmax; the best of them is picked, and its weight is that softmax's. Weights are near 1 each, not near 1/K. In training a round's pick
/// is drawn by the softmax, and a pick that is not the best weighs a third in three draws of four, with the gradient of the whole weight
/// (Heun's third-order method; SparseMixer-v2, Liu et al. 2024; Phi-3.5-MoE).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SparseMixerGateAttribute : PickingGateAttribute
{
    /// <summary>ε, above 0: half of the relative distance to the largest logit within which experts compete.</summary>
    [DefaultValue(0.01)]
    public double Epsilon { get; init; } = 0.01;
}
