using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

public static partial class BalanceTerms
{
    /// <summary>mean_t Σ_e p·ln p, p = softmax(l): minus the mean entropy of a token's distribution, in nats.</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], at most 0.</returns>
    public static Tensor TokenEntropy(Tensor logits_TE, Tensor? mask_T)
    {
        var log_TE = logits_TE.log_softmax(-1);
        return MaskedMeans.OverTokens((log_TE.exp() * log_TE).sum(-1), mask_T);
    }

    /// <summary>The mean over sequences of Σ_e p̄·ln p̄, p̄ the mean of softmax(l) over the sequence's tokens.</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="sequences">S, how many sequences the tokens are.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], at most 0.</returns>
    public static Tensor SequenceEntropy(Tensor logits_TE, long sequences, Tensor? mask_T)
    {
        var means_SE = MaskedMeans.OverSequences(logits_TE.softmax(-1), mask_T, sequences);
        return MaskedMeans.OfSequences(NegativeEntropy(means_SE), mask_T);
    }

    /// <summary>Σ_e p̄·ln p̄, p̄ the mean of softmax(l) over all tokens of the call.</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <param name="ranks">The processes whose calls are the batch; null is this one.</param>
    /// <returns>A scalar [], at most 0.</returns>
    public static Tensor BatchEntropy(Tensor logits_TE, Tensor? mask_T, Ranks? ranks = null) =>
        NegativeEntropy(MaskedMeans.OverRows(logits_TE.softmax(-1), mask_T, ranks));

    /// <summary>mean_t logsumexp(l)² (ST-MoE, Zoph et al. 2022, equation 5).</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], at least 0.</returns>
    public static Tensor RouterZ(Tensor logits_TE, Tensor? mask_T) =>
        MaskedMeans.OverTokens(logits_TE.logsumexp(-1).Squared(), mask_T);

    private static Tensor NegativeEntropy(Tensor shares) => (shares * shares.AtLeast(1e-30).log()).sum(-1);
}
