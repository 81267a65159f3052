namespace LibMoE.Runtime.Models;

/// <summary>
/// Whether what a layer makes of a token depends on others of its call. Such a layer sees later tokens: its loss is not that of predicting
/// the next one, and is not ranked against losses that are.
/// </summary>
internal static class TokenInfluence
{
    /// <summary>How it does, to follow the layer's name; null where each token is routed alone, and for a dense model.</summary>
    public static string? Of(MoeDeclaration? declaration) => Of(BatchRule.Of(declaration));

    /// <summary>The same of a rule for batches.</summary>
    public static string? Of(BatchRule rule) =>
        rule.Kind == BatchKind.Together ? null : "routes a token by the others of its call, later ones among them";

    /// <summary>The same, with what that means for a loss on held-out text; null where it means nothing.</summary>
    /// <param name="declaration">The declared layer; null is a dense model.</param>
    /// <param name="batch">How many sequences went through the model at once.</param>
    /// <remarks>Soft slots mix the tokens of one sequence: they see later ones, but other sequences of the call change nothing.</remarks>
    public static string? OfHeldOutLoss(MoeDeclaration? declaration, int batch) => Of(declaration) is not { } how ? null
        : declaration!.Layers.Where(layer => Of(layer) is not null).All(IsOfOneSequence) ? how
        : FormattableString.Invariant($"{how}, so that its held-out loss depends on how many sequences a call has, here {batch}");

    private static bool IsOfOneSequence(MoeDeclaration layer) => layer is { Kind: RoutingKind.SoftSlots, Capacity: null };
}
