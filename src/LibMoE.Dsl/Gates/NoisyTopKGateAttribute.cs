namespace LibMoE;

/// <summary>
/// l = x·Wᵀ + N(0,1)·softplus(x·W_noiseᵀ) in training, l = x·Wᵀ otherwise; s = softmax over the K picked logits, 0 elsewhere
/// (Shazeer et al. 2017).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NoisyTopKGateAttribute : PickingGateAttribute;
