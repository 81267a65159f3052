namespace LibMoE;

/// <summary>
/// s = softmax(l), l = x·Wᵀ; the K largest are picked (Shazeer et al. 2017; Switch and Mixtral use this form). With groups
/// (DeepSeek-V2): the value of a group is its largest selection value.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SoftmaxGateAttribute : GroupedGateAttribute;
