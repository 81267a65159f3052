using System.Runtime.CompilerServices;
using LibMoE.Runtime;
using static TorchSharp.torch;

// It stood here before declarations could name it.
[assembly: TypeForwardedTo(typeof(GroupValue))]

namespace LibMoE.Runtime;

/// <summary>From selection values to picks.</summary>
public static class Picking
{
    /// <summary>The K largest of each row, best first, ties to the lower index; −1 for masked tokens.</summary>
    /// <param name="selection_TE">Selection values, [T, E].</param>
    /// <param name="k">K.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[T, K] int64.</returns>
    public static Tensor Largest(Tensor selection_TE, int k, Tensor? mask_T) => Mask(TopPicks.Largest(selection_TE.detach(), k), mask_T);

    /// <summary>All experts of positive score in E slots of descending score, ties to the lower index; −1 in the remaining slots.</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>[T, E] int64.</returns>
    public static Tensor Positive(Tensor scores_TE, Tensor? mask_T)
    {
        using var quiet = no_grad();
        var order_TE = TopPicks.Largest(scores_TE, (int)scores_TE.shape[1]);
        return Mask(order_TE.masked_fill(scores_TE.gather(1, order_TE).le(Scalars.Zero), Scalars.MinusOne), mask_T);
    }

    /// <summary>The fewest experts of largest score whose scores sum to at least p, best first, ties to the lower index; −1 in the
    /// remaining slots.</summary>
    /// <param name="scores_TE">Router scores, [T, E]; rows sum to 1.</param>
    /// <param name="p">The sum to reach, above 0 and at most 1.</param>
    /// <param name="k">K, how many slots there are; ceil(p·E) are enough for any scores.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    public static Tensor SummingTo(Tensor scores_TE, double p, int k, Tensor? mask_T)
    {
        using var quiet = no_grad();
        var order_TK = TopPicks.Largest(scores_TE, k);
        var sorted_TK = scores_TE.detach().gather(1, order_TK);

        // An expert is needed where those before it fall short.
        var before_TK = sorted_TK.cumsum(1) - sorted_TK;
        return Mask(order_TK.masked_fill(before_TK.IsBelow(p).logical_not(), Scalars.MinusOne), mask_T);
    }

    /// <summary>Empties slots whose expert was removed from the picking: its selection value is −∞.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="selection_TE">What picks are made by, [T, E]; −∞ removes an expert.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    public static Tensor WithoutRemoved(Tensor experts_TK, Tensor selection_TE)
    {
        using var quiet = no_grad();
        return experts_TK.masked_fill(selection_TE.gather(1, experts_TK.clamp_min(Scalars.Zero)).isneginf(), Scalars.MinusOne);
    }

    /// <summary>Empties the slots of masked tokens.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    public static Tensor Mask(Tensor experts_TK, Tensor? mask_T) =>
        mask_T is null ? experts_TK : experts_TK.masked_fill(mask_T.logical_not().unsqueeze(-1), Scalars.MinusOne);

    /// <summary>
    /// Selection values with −∞ outside the best groups of each token. Groups are runs of E/groups slots. A group is valued by what is left
    /// of it: a member that was removed (−∞) takes nothing with it, and a group without members left comes last.
    /// </summary>
    /// <param name="selection_TE">What picks are made by, [T, E]; −∞ removes an expert.</param>
    /// <param name="groups">How many groups the slots form.</param>
    /// <param name="topGroups">How many groups a token may pick from.</param>
    /// <param name="value">How a group is valued; the default is by its largest member.</param>
    /// <returns>[T, E].</returns>
    public static Tensor KeepGroups(Tensor selection_TE, int groups, int topGroups, GroupValue value) =>
        KeepGroups(selection_TE, groups, topGroups, value, maskByZero: false);

    /// <inheritdoc cref="KeepGroups(Tensor, int, int, GroupValue)" path="/summary|/returns"/>
    /// <param name="selection_TE">What picks are made by, [T, E]; −∞ removes an expert.</param>
    /// <param name="groups">How many groups the slots form.</param>
    /// <param name="topGroups">How many groups a token may pick from.</param>
    /// <param name="value">How a group is valued; the default is by its largest member.</param>
    /// <param name="maskByZero">Puts 0 in the place of −∞ outside the best groups, but for members that were removed.</param>
    public static Tensor KeepGroups(Tensor selection_TE, int groups, int topGroups, GroupValue value, bool maskByZero)
    {
        using var quiet = no_grad();
        var tokens = selection_TE.shape[0];
        var size = selection_TE.shape[1] / groups;
        var grouped_TGM = selection_TE.reshape(tokens, groups, size);
        var values_TG = value switch
        {
            GroupValue.TopTwo when size > 1 => TwoLargest(grouped_TGM),
            GroupValue.Sum => Sum(grouped_TGM),
            _ => grouped_TGM.amax([-1L]),
        };
        var kept_TG = TopPicks.Largest(values_TG, topGroups);
        var outside_TG = ones(values_TG.shape, ScalarType.Bool, values_TG.device).scatter(1, kept_TG, zeros_like(kept_TG, ScalarType.Bool));
        var masked_TGM = maskByZero
            ? grouped_TGM.masked_fill(outside_TG.unsqueeze(-1).logical_and(grouped_TGM.isneginf().logical_not()), Scalars.Zero)
            : grouped_TGM.masked_fill(outside_TG.unsqueeze(-1), Scalars.NegativeInfinity);
        return masked_TGM.reshape(selection_TE.shape);
    }

    /// <summary>Selection values with −∞ outside the best members of each group, as many in every one; ties to the lower index.</summary>
    /// <param name="selection_TE">What picks are made by, [T, E].</param>
    /// <param name="groups">How many groups there are: runs of E/groups slots.</param>
    /// <param name="picks">How many members of each stay.</param>
    /// <returns>[T, E].</returns>
    public static Tensor KeepOfEachGroup(Tensor selection_TE, int groups, int picks)
    {
        using var quiet = no_grad();
        var size = selection_TE.shape[1] / groups;
        var grouped_NM = selection_TE.reshape(-1, size);
        var kept_NP = TopPicks.Largest(grouped_NM, picks);
        var outside_NM = ones(grouped_NM.shape, ScalarType.Bool, grouped_NM.device)
            .scatter(1, kept_NP, zeros_like(kept_NP, ScalarType.Bool));
        return grouped_NM.masked_fill(outside_NM, Scalars.NegativeInfinity).reshape(selection_TE.shape);
    }

    /// <summary>−∞ where every member was removed.</summary>
    private static Tensor Sum(Tensor grouped_TGM)
    {
        var removed_TGM = grouped_TGM.isneginf();
        return grouped_TGM.masked_fill(removed_TGM, Scalars.Zero).sum(-1).masked_fill(removed_TGM.all(-1), Scalars.NegativeInfinity);
    }

    private static Tensor TwoLargest(Tensor grouped_TGM)
    {
        var top_TG2 = grouped_TGM.topk(2, dim: -1).values;
        var second_TG = top_TG2.select(-1, 1);
        return top_TG2.select(-1, 0).Plus(second_TG.masked_fill(second_TG.isneginf(), Scalars.Zero));
    }
}
