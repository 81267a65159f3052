namespace LibMoE;

/// <summary>
/// l_j = x·Wᵀ + l_{j−1}·Rᵀ with the logits of the MoE layer before, without the second term in the first one; s = softmax(l)
/// (MoE++, Jin et al. 2024).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ResidualGateAttribute : TopKGateAttribute;
