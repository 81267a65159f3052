namespace LibMoE;

/// <summary>
/// Every expert takes the C = ceil(factor·T/E) tokens of the call with the largest softmax over experts (Zhou et al. 2022). Not
/// causal: a token can be displaced by a later one.
/// </summary>
/// <param name="capacityFactor">How many experts a token has on average, above 0.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExpertChoiceGateAttribute(double capacityFactor) : RouterGateAttribute
{
    /// <summary>How many experts a token has on average.</summary>
    public double CapacityFactor { get; } = capacityFactor;
}
