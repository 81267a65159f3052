namespace LibMoE;

/// <summary>
/// s_e = σ(τ·cos(x, w_e)), τ = exp(min(t, ln 100)) with a learned t; I = the experts with s_e > σ(τ·g_e), g a learned threshold of each;
/// w_i = 1/|I| (DynMoE, Guo et al. 2024). The gradient goes to s − σ(τ·g) as if the weights were that difference over |I| (straight
/// through). A token without a pick gets nothing in training, and the expert of largest s in evaluation.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ThresholdGateAttribute : RouterGateAttribute;
