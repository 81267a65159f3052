namespace LibMoE.Runtime;

/// <summary>How to read a <see cref="Routing"/>.</summary>
public enum RoutingKind
{
    /// <summary>Tokens pick experts: [T, K] slots, best first.</summary>
    TokenChoice,

    /// <summary>Experts pick tokens: [T, E] slots in descending weight, empty ones −1.</summary>
    ExpertChoice,

    /// <summary>Logits [T, 2E+K]; the sign is in the weights, a null pick is −1.</summary>
    Ternary,

    /// <summary>Picks by a hash or a table: logits and scores only where weights are learned.</summary>
    Hash,

    /// <summary>Logits [T, E·p]; the weights are the combine matrix; no experts, no counts.</summary>
    SoftSlots,
}
