namespace LibMoE;

/// <summary>
/// Soft MoE (Puigcerver et al. 2024): expert e works on p slots, each a mixture of all tokens of its sequence, X̃ =
/// softmax_tokens(l)ᵀ·X; a token gets back y = softmax_slots(l)·Ỹ. Not causal.
/// </summary>
/// <param name="perExpert">p, slots per expert, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SoftSlotsGateAttribute(int perExpert) : RouterGateAttribute
{
    /// <summary>p, slots per expert.</summary>
    public int PerExpert { get; } = perExpert;
}
