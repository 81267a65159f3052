namespace LibMoE;

/// <summary>
/// s = √softplus(l) = √ln(1 + eˡ), l = x·Wᵀ; the K largest are picked (DeepSeek-V4, DeepSeek-AI 2026). Scores are positive without a bound,
/// and grow as √l. With groups, as SigmoidGate: the value of a group is the sum of its two largest selection values.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SqrtSoftplusGateAttribute : GroupedGateAttribute;
