namespace LibMoE;

/// <summary>
/// c·CV² of the smooth load Σ_t Φ((l_clean − k-th largest of the other noisy logits)/softplus(x·W_noiseᵀ)), population variance;
/// only with NoisyTopKGate (Shazeer et al. 2017).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LoadBalanceAttribute(double coefficient) : BalanceAttribute(coefficient);
