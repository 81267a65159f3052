namespace LibMoE;

/// <summary>
/// w = relu(l): every expert with a positive logit is picked. An L1 penalty, steered after each optimiser step, brings the inactive
/// fraction to the target (ReMoE, Wang et al. 2024).
/// </summary>
/// <param name="target">The inactive fraction to reach, between 0 and 1; 1 − K/E gives the cost of a top-K layer.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ReluGateAttribute(double target) : RouterGateAttribute
{
    /// <summary>The inactive fraction to reach.</summary>
    public double Target { get; } = target;
}
