using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// Every expert may be used with sign +1 or −1, and K null slots use none: 2E + K slots (TC-MoE, Yan et al. 2025). Slots of sign −1
/// start 1 lower, null slots 10 lower; p = softmax; w_j = sign_j·p_j / (picked non-null p + all null p).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TernaryGateAttribute : PickingGateAttribute
{
    /// <summary>The reward for null mass: the layer adds −Reward·mean_t Σ_null p to its losses.</summary>
    [DefaultValue(1e-5)]
    public double Reward { get; init; } = 1e-5;
}
