using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The balancing and regularising terms, without their coefficients. f (shares of picks) carries no gradient, P (mean shares of scores)
/// does. Tokens that are masked count in nothing.
/// </summary>
public static partial class BalanceTerms
{
    /// <summary>
    /// Keeps 0/0 out of sums that underflow; a larger sum divides as it is, so that a ratio does not depend on its scale. The smallest
    /// float32 whose inverse, which gradients have, is one as well.
    /// </summary>
    private const double Floor = 1e-37;

    /// <summary>s̄ = s/Σ_e s, for scores that do not sum to 1.</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <returns>Shares, [T, E]; rows sum to 1.</returns>
    public static Tensor Shares(Tensor scores_TE) => scores_TE / scores_TE.sum(-1, keepdim: true).AtLeast(Floor);

    /// <summary>c·term.</summary>
    /// <param name="term">A balancing term, a scalar [].</param>
    /// <param name="coefficient">c.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Weighted(Tensor term, double coefficient) => term.Times(coefficient);

    /// <summary>The sum of a layer's terms; 0 where they were not computed.</summary>
    /// <param name="losses">The terms, scalars [].</param>
    /// <param name="like">Gives the type and the device; its shape [..] does not matter.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Sum(IReadOnlyDictionary<string, Tensor> losses, Tensor like) =>
        losses.Count == 0 ? None(like) : losses.Values.Aggregate(None(like), (sum, term) => sum.Plus(term));

    /// <summary>The auxiliary loss of a layer without terms: 0.</summary>
    /// <param name="like">Gives the type and the device; its shape [..] does not matter.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor None(Tensor like) => zeros(Array.Empty<long>(), like.dtype, like.device);

    /// <summary>mean_t Σ_e s_e: the L1 norm of ReMoE's weights (Wang et al. 2024, equation 5).</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], at least 0.</returns>
    public static Tensor Activity(Tensor scores_TE, Tensor? mask_T) => MaskedMeans.OverTokens(scores_TE.sum(-1), mask_T);

    /// <summary>The counts of all ranks; in one process the tensor itself.</summary>
    internal static Tensor OverRanks(Tensor counts_E, Ranks? ranks)
    {
        if (ranks is null or { Size: 1 })
        {
            return counts_E;
        }

        using var quiet = no_grad();
        var sum_E = counts_E.detach().clone();
        ranks.Sum(sum_E, "picks of a balancing term");
        return sum_E;
    }

    /// <summary>f_e = n_e/Σn from the picks per expert, those of all ranks.</summary>
    private static Tensor PickShares(Tensor counts_E, ScalarType type, Ranks? ranks)
    {
        var all_E = OverRanks(counts_E, ranks);
        return all_E.to(type) / all_E.sum().clamp_min(Scalars.One);
    }

    /// <summary>What a term that is no mean is made of, summed over the ranks with its gradient.</summary>
    private static Tensor SumOverRanks(Tensor values, Ranks? ranks) => ranks?.SumWithGradient(values, "a balancing term") ?? values;

    /// <summary>Picks per expert and sequence, [S, E].</summary>
    private static Tensor SequenceCounts(Tensor experts_TK, int slots, long sequences, ScalarType type)
    {
        var picks_SN = experts_TK.reshape(sequences, sequences == 0 ? 0 : experts_TK.numel() / sequences);
        var counts_SE = zeros(new[] { sequences, slots }, type, experts_TK.device);
        return counts_SE.scatter_add(1, picks_SN.clamp_min(Scalars.Zero), picks_SN.ge(Scalars.Zero).to(type));
    }
}
