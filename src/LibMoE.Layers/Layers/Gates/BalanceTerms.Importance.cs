using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

public static partial class BalanceTerms
{
    /// <summary>CV² of Σ_t w_e, population variance (Shazeer et al. 2017, equation 7).</summary>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="slots">E.</param>
    /// <param name="ranks">The processes whose calls are the batch; null is this one.</param>
    /// <returns>A scalar [], at least 0; 0 when even.</returns>
    public static Tensor Importance(Tensor weights_TK, Tensor experts_TK, int slots, Ranks? ranks = null)
    {
        var filled_TK = weights_TK * experts_TK.ge(Scalars.Zero).to(weights_TK.dtype);
        var importance_E = zeros(new long[] { slots }, weights_TK.dtype, weights_TK.device)
            .index_add(0, experts_TK.reshape(-1).clamp_min(Scalars.Zero), filled_TK.reshape(-1), Scalars.One);
        return SquaredVariation(SumOverRanks(importance_E, ranks));
    }

    /// <summary>
    /// The least σ that the smooth load divides by. Below it Φ is a step for any two different logits, and 1/σ², which its gradient has,
    /// leaves float32 when σ = softplus(x·W_noiseᵀ) underflows.
    /// </summary>
    internal const double LeastDeviation = 1e-6;

    /// <summary>
    /// CV² of the smooth load Σ_t Φ((l_clean − threshold)/max(σ, 1e-6)), where the threshold is the K-th largest of the other slots' noisy
    /// logits (Shazeer et al. 2017, equations 8 to 11, which have no floor). At the floor no gradient goes to σ.
    /// </summary>
    /// <param name="clean_TE">The logits without noise, [T, E].</param>
    /// <param name="noisy_TE">The logits that were picked by, [T, E].</param>
    /// <param name="std_TE">σ, [T, E].</param>
    /// <param name="k">K, below E.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <param name="ranks">The processes whose calls are the batch; null is this one.</param>
    /// <returns>A scalar [], at least 0; 0 when even.</returns>
    public static Tensor Load(Tensor clean_TE, Tensor noisy_TE, Tensor std_TE, int k, Tensor? mask_T, Ranks? ranks = null)
    {
        var top_TM = noisy_TE.topk(k + 1, dim: -1).values;
        var last_T1 = top_TM.narrow(1, k - 1, 1);
        var next_T1 = top_TM.narrow(1, k, 1);

        // For a slot among the K largest, the K-th largest of the others is the (K+1)-th of all.
        var threshold_TE = where(noisy_TE.ge(last_T1), next_T1, last_T1);
        var chance_TE = ((clean_TE - threshold_TE) / std_TE.AtLeast(LeastDeviation)).Over(Math.Sqrt(2)).erf().Plus(1).Over(2);
        var counted_TE = mask_T is null ? chance_TE : chance_TE * mask_T.to(chance_TE.dtype).unsqueeze(-1);
        return SquaredVariation(SumOverRanks(counted_TE.sum(dim: 0), ranks));
    }

    /// <summary>mean_t Σ_{i≠j} relu(cos(y_i, y_j))/(K·(K−1)) over the outputs of a token's picks.</summary>
    /// <param name="outputs_TKD">Each pick's own output, unweighted, [T, K, D]; 0 in empty slots.</param>
    /// <param name="k">K as declared, at least 2.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], from 0 to 1.</returns>
    public static Tensor Diversity(Tensor outputs_TKD, int k, Tensor? mask_T)
    {
        var unit_TKD = outputs_TKD / outputs_TKD.Squared().sum(-1, keepdim: true).AtLeast(1e-24).sqrt();
        var cosines_TKK = nn.functional.relu(unit_TKD.matmul(unit_TKD.transpose(1, 2)));
        var pairs_T = cosines_TKK.sum([1, 2]) - cosines_TKK.diagonal(0, 1, 2).sum(-1);
        return MaskedMeans.OverTokens(pairs_T, mask_T).Over(k * (k - 1.0));
    }

    private static Tensor SquaredVariation(Tensor values_E)
    {
        var mean = values_E.mean();
        return ((values_E - mean) / mean.AtLeast(Floor)).Squared().mean();
    }
}
