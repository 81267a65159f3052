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
}
