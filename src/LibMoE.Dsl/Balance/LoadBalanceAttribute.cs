using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// c·CV² of the smooth load Σ_t Φ((l_clean − k-th largest of the other noisy logits)/softplus(x·W_noiseᵀ)), population variance;
/// only with NoisyTopKGate (Shazeer et al. 2017).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LoadBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>
    /// Whether each of several processes that train together looks at its own part of the batch, as at a micro-batch. By default the term
    /// looks at the whole batch.
    /// </summary>
    [DefaultValue(false)]
    public bool PerRank { get; init; }
}
