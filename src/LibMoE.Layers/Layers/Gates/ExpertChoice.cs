using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Experts pick tokens (Zhou et al. 2022).</summary>
public static class ExpertChoice
{
    /// <summary>
    /// Each expert takes its C = ceil(factor·T/E) tokens of largest score, ties to the earlier token; T counts the routed tokens.
    /// </summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="factor">The capacity factor: how many experts take a token on average.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[T, E] int64: the experts that took the token in descending score, then −1.</returns>
    public static Tensor Assign(Tensor scores_TE, double factor, Tensor? mask_T)
    {
        using var quiet = no_grad();
        var slots = scores_TE.shape[1];
        var routed = mask_T is null ? scores_TE.shape[0] : mask_T.sum().item<long>();
        var capacity = (int)CapacityLimit.Ceiling(factor, routed, slots);
        var byExpert_ET = scores_TE.t();
        if (mask_T is not null)
        {
            byExpert_ET = byExpert_ET.masked_fill(mask_T.logical_not(), Scalars.NegativeInfinity);
        }

        var taken_ET = zeros(new[] { slots, scores_TE.shape[0] }, ScalarType.Bool, scores_TE.device);
        if (capacity > 0)
        {
            var tokens_EC = TopPicks.Largest(byExpert_ET.contiguous(), capacity);
            taken_ET = taken_ET.scatter(1, tokens_EC, ones_like(tokens_EC, ScalarType.Bool));
        }

        // Experts that did not take the token sort after all that did, whatever their score.
        var ranked_TE = scores_TE.masked_fill(taken_ET.t().logical_not(), Scalars.MinusOne);
        var order_TE = TopPicks.Largest(ranked_TE, (int)slots);
        return order_TE.masked_fill(ranked_TE.gather(1, order_TE).lt(Scalars.Zero), Scalars.MinusOne);
    }
}
