using LibMoE.Runtime.Kernels.Gating;
using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

public static partial class BalanceTerms
{
    /// <summary>E·Σ_e f_e·P_e over all tokens of the call; 1 when balanced (Fedus et al. 2022, equation 4).
    /// Where several ranks compute a batch, f counts all ranks' picks, and since the term is linear in P, the mean of the ranks' terms is
    /// that of the whole batch.</summary>
    /// <param name="shares_TE">Shares of scores, [T, E]; rows sum to 1.</param>
    /// <param name="counts_E">Picks per expert, int64 [E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <param name="ranks">The processes whose calls are the batch; null is this one.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Switch(Tensor shares_TE, Tensor counts_E, Tensor? mask_T, Ranks? ranks = null) =>
        mask_T is null && LinearTerm.Serves(shares_TE)
            ? LinearTerm.Compute(shares_TE, SwitchSlopes(shares_TE, OverRanks(counts_E, ranks)))
            : (PickShares(counts_E, shares_TE.dtype, ranks) * MaskedMeans.OverRows(shares_TE, mask_T)).sum().Times(shares_TE.shape[1]);

    /// <summary>E·Σ_e η_e·f_e·P_e (MoE++, Jin et al. 2024, equation 7).</summary>
    /// <param name="shares_TE">Shares of scores, [T, E]; rows sum to 1.</param>
    /// <param name="counts_E">Picks per expert, int64 [E].</param>
    /// <param name="feedForward">How many slots, from the first on, are FFN experts: η = 1.</param>
    /// <param name="tau">η of the remaining slots.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <param name="ranks">The processes whose calls are the batch; null is this one.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Heterogeneous(
        Tensor shares_TE, Tensor counts_E, int feedForward, double tau, Tensor? mask_T, Ranks? ranks = null)
    {
        var terms_E = PickShares(counts_E, shares_TE.dtype, ranks) * MaskedMeans.OverRows(shares_TE, mask_T);
        var slots = shares_TE.shape[1];
        var zeroCompute = terms_E.narrow(0, feedForward, slots - feedForward).sum().Times(tau);
        return terms_E.narrow(0, 0, feedForward).sum().Plus(zeroCompute).Times(slots);
    }

    /// <summary>The mean over sequences of E·Σ_e f_e·P_e, both taken within the sequence (DeepSeek-AI 2024).</summary>
    /// <param name="shares_TE">Shares of scores, [T, E]; rows sum to 1.</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="sequences">S.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Sequence(Tensor shares_TE, Tensor experts_TK, long sequences, Tensor? mask_T)
    {
        var slots = (int)shares_TE.shape[1];
        var counts_SE = SequenceCounts(experts_TK, slots, sequences, shares_TE.dtype);
        var picks_SE = counts_SE / counts_SE.sum(1, keepdim: true).clamp_min(Scalars.One);
        var values_S = (picks_SE * MaskedMeans.OverSequences(shares_TE, mask_T, sequences)).sum(1).Times(slots);
        return MaskedMeans.OfSequences(values_S, mask_T);
    }

    /// <summary>As <see cref="Sequence"/> with f from the first picks only and P from softmax(l).</summary>
    /// <param name="logits_TE">Logits, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="sequences">S.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Top1(Tensor logits_TE, Tensor experts_TK, long sequences, Tensor? mask_T) =>
        Sequence(logits_TE.softmax(-1), experts_TK.narrow(1, 0, 1), sequences, mask_T);

    /// <summary>The gradient of E·Σ_e f_e·P_e to every token's shares: E·f_e/T.</summary>
    private static float[] SwitchSlopes(Tensor shares_TE, Tensor counts_E)
    {
        var counts = counts_E.data<long>().ToArray();
        var scale = (double)counts.Length / Math.Max(1, shares_TE.shape[0]) / Math.Max(1, counts.Sum());
        return [.. counts.Select(count => (float)(scale * count))];
    }
}
