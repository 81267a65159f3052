namespace LibMoE;

/// <summary>
/// s = sigmoid(l), l = x·Wᵀ; the K largest are picked (σ-MoE, Csordás et al. 2023). With groups (DeepSeek-V3): the value of a group
/// is the sum of its two largest selection values, or its only one; outside the kept groups the selection value is −∞.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SigmoidGateAttribute : GroupedGateAttribute;
