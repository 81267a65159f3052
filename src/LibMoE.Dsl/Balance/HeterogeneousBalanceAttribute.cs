using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// c·E·Σ_e η_e·f_e·P_e with η = 1 for FFN experts and τ for zero-compute ones (MoE++, Jin et al. 2024).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class HeterogeneousBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>τ, the weight of zero-compute experts; below 1 they are used more.</summary>
    [DefaultValue(0.75)]
    public double Tau { get; init; } = 0.75;

    /// <summary>
    /// Whether each of several processes that train together looks at its own part of the batch, as at a micro-batch. By default the term
    /// looks at the whole batch.
    /// </summary>
    [DefaultValue(false)]
    public bool PerRank { get; init; }
}
