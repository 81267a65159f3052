namespace LibMoE.Runtime;

/// <summary>
/// Whether a model's sequences may share a call. A layer that routes by looking at all tokens of a call gives a sequence other scores
/// beside other sequences, so that a result would depend on the batch size.
/// </summary>
/// <param name="Kind">What is allowed.</param>
/// <param name="Reason">Why not everything is; empty where it is.</param>
public sealed record BatchRule(BatchKind Kind, string Reason)
{
    /// <summary>Tokens are routed one by one.</summary>
    public static BatchRule Together { get; } = new(BatchKind.Together, "");

    /// <summary>The rule for a declared layer; null is a dense model.</summary>
    /// <remarks>Where blocks differ, that of the strictest of the variant's layers.</remarks>
    public static BatchRule Of(MoeDeclaration? declaration) =>
        declaration is null ? Together : declaration.Layers.Select(OfLayer).MaxBy(rule => rule.Kind)!;

    private static BatchRule OfLayer(MoeDeclaration declaration) => declaration switch
    {
        { RoutesTokensAlone: true } => Together,
        { GateRoutesTokensAlone: null } => new(
            BatchKind.NotCausal,
            $"{Gate(declaration)} of {declaration.Name} does not say whether it routes each token alone; "
            + "override RoutesTokensAlone in the gate's attribute"),
        { GateRoutesTokensAlone: false } => new(
            BatchKind.NotCausal,
            $"{declaration.Name} routes by looking at all tokens of a call, later ones included, so that it has no "
                + "probability of a next token"),
        { Capacity.By: CapacityBy.Probability } => new(
            BatchKind.NotCausal,
            $"{declaration.Name} seats the picks of largest weight, those of later tokens included, so that it has no probability of a "
                + "next token"),
        _ => new(
            BatchKind.OneByOne,
            $"{declaration.Name} has a capacity, which the tokens of a call compete for, so that its sequences are scored one by one"),
    };

    private static string Gate(MoeDeclaration declaration) =>
        declaration.Gate.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);
}

/// <summary>How sequences may be scored.</summary>
public enum BatchKind
{
    /// <summary>Many in a call.</summary>
    Together,

    /// <summary>One in a call, without shared prefixes.</summary>
    OneByOne,

    /// <summary>Not at all, unless the user insists; then one in a call.</summary>
    NotCausal,
}
