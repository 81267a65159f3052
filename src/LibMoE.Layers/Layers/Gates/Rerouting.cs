using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Puts a caller's picks in place of a layer's own.</summary>
public static class Rerouting
{
    /// <summary>What a layer decided by itself, as <see cref="MoeContext.Reroute"/> is shown it: no counts, no losses yet.</summary>
    /// <param name="kind">What the layer's picks are.</param>
    /// <param name="logits_TE">The logits, [T, E]; null where the gate has none.</param>
    /// <param name="scores">Makes the scores [T, E]; null where the gate has none.</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    public static Routing Own(RoutingKind kind, Tensor? logits_TE, Func<Tensor>? scores, Tensor experts_TK, Tensor weights_TK) =>
        new(kind, scores) { Logits = logits_TE, Experts = experts_TK, Weights = weights_TK, AuxiliaryLoss = BalanceTerms.None(weights_TK) };

    /// <summary>A call's picks and weights: the layer's own, or those that <see cref="MoeContext.Reroute"/> puts in their place.</summary>
    /// <param name="context">The call's context.</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <param name="declaration">The layer's declaration.</param>
    /// <param name="logits_TE">The logits, [T, E]; null where the gate has none.</param>
    /// <param name="scores">Makes the scores [T, E]; null where the gate has none.</param>
    /// <param name="experts_TK">The layer's own picks, int64 [T, K].</param>
    /// <param name="weights_TK">Their weights, [T, K].</param>
    /// <param name="weigh">The layer's own rule: picks [T, K'] to weights [T, K'].</param>
    /// <returns>The picks, int64 [T, K], and their weights, [T, K].</returns>
    /// <exception cref="InvalidOperationException">The picks have a wrong shape, type or expert.</exception>
    public static (Tensor Experts_TK, Tensor Weights_TK) Of(
        MoeContext context,
        TokenView tokens,
        MoeDeclaration declaration,
        Tensor? logits_TE,
        Func<Tensor>? scores,
        Tensor experts_TK,
        Tensor weights_TK,
        Func<Tensor, Tensor> weigh)
    {
        if (context.Reroute is not { } reroute)
        {
            return (experts_TK, weights_TK);
        }

        var own = Own(declaration.Kind ?? RoutingKind.TokenChoice, logits_TE, scores, experts_TK, weights_TK);
        return Apply(reroute, own, declaration.RoutableExperts, weigh, tokens.mask_T);
    }

    /// <summary>Asks <see cref="MoeContext.Reroute"/> for picks, checks them, and weighs them.</summary>
    /// <param name="reroute">The caller's function.</param>
    /// <param name="own">The layer's own picks.</param>
    /// <param name="slots">E.</param>
    /// <param name="weigh">The layer's own rule: picks [T, K'] to weights [T, K'].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>The picks, int64 [T, K'], and their weights, [T, K'].</returns>
    /// <exception cref="InvalidOperationException">The picks have a wrong shape, type or expert.</exception>
    public static (Tensor Experts_TK, Tensor Weights_TK) Apply(
        Func<Routing, Picks> reroute, Routing own, int slots, Func<Tensor, Tensor> weigh, Tensor? mask_T)
    {
        var picks = reroute(own);
        var tokens = own.Weights.shape[0];
        var shape = picks.Experts.shape;
        if (picks.Experts.dtype != ScalarType.Int64 || shape.Length != 2 || shape[0] != tokens)
        {
            throw new InvalidOperationException(
                $"MoeContext.Reroute must return experts as int64 [{tokens}, K']; it returned {picks.Experts.dtype} "
                    + $"[{string.Join(", ", shape)}].");
        }

        var outside = picks.Experts.lt(Scalars.MinusOne).logical_or(picks.Experts.IsAtLeast(slots)).any().item<bool>();
        if (outside)
        {
            throw new InvalidOperationException($"MoeContext.Reroute must return experts from 0 to {slots - 1}, or -1 for an empty slot.");
        }

        if (picks.Weights is { } given && !given.shape.SequenceEqual(shape))
        {
            throw new InvalidOperationException(
                $"MoeContext.Reroute returned experts [{string.Join(", ", shape)}] and weights [{string.Join(", ", given.shape)}]; "
                    + "the shapes must be equal.");
        }

        var experts_TK = Picking.Mask(picks.Experts.to(own.Weights.device), mask_T);
        var weights_TK = picks.Weights is null
            ? weigh(experts_TK)
            : picks.Weights.to(own.Weights.dtype, own.Weights.device).masked_fill(experts_TK.lt(Scalars.Zero), Scalars.Zero);
        return (experts_TK, weights_TK);
    }
}
