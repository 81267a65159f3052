using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The Q = 2E + K slots of TC-MoE (Yan et al. 2025): slot e is expert e, slot E + e is expert e with sign −1, the rest is no expert.
/// </summary>
public static class TernarySlots
{
    private const double SignOffset = -1;
    private const double NullOffset = -10;
    private const double Floor = 1e-37;

    /// <summary>Lowers the logits of negative slots by 1 and of null slots by 10.</summary>
    /// <param name="logits_TQ">Router logits of the slots, [T, Q].</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>[T, Q].</returns>
    public static Tensor Lower(Tensor logits_TQ, int experts)
    {
        var offsets_Q = zeros(new[] { logits_TQ.shape[1] }, logits_TQ.dtype, logits_TQ.device);
        offsets_Q.narrow(0, experts, experts).Fill(SignOffset);
        offsets_Q.narrow(0, 2 * experts, logits_TQ.shape[1] - 2 * experts).Fill(NullOffset);
        return logits_TQ.Plus(offsets_Q);
    }

    /// <summary>The expert of each picked slot, −1 for null and empty ones.</summary>
    /// <param name="slots_TK">Picked slots, int64 [T, K]; −1 where empty.</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>int64 [T, K].</returns>
    public static Tensor Experts(Tensor slots_TK, int experts) =>
        slots_TK.Modulo(experts).masked_fill(slots_TK.lt(Scalars.Zero).logical_or(slots_TK.IsAtLeast(2 * experts)), Scalars.MinusOne);

    /// <summary>w = scale·sign·p / (Σ p of picked non-null slots + Σ p of all null slots); 0 for null and empty slots.</summary>
    /// <param name="scores_TQ">Router scores of the slots, [T, Q].</param>
    /// <param name="slots_TK">Picked slots, int64 [T, K]; −1 where empty.</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K].</returns>
    public static Tensor Weights(Tensor scores_TQ, Tensor slots_TK, int experts, double scale = 1)
    {
        var used_TK = slots_TK.ge(Scalars.Zero).logical_and(slots_TK.IsBelow(2 * experts)).to(scores_TQ.dtype);
        var picked_TK = scores_TQ.gather(1, slots_TK.clamp_min(Scalars.Zero)) * used_TK;
        var total_T1 = picked_TK.sum(-1, keepdim: true).Plus(Nulls(scores_TQ, experts).sum(-1, keepdim: true));
        var signs_TK = slots_TK.IsAtLeast(experts).to(scores_TQ.dtype).Times(-2).Plus(1);
        var weights_TK = picked_TK * signs_TK / total_T1.AtLeast(Floor);
        return scale == 1 ? weights_TK : weights_TK.Times(scale);
    }

    /// <summary>For picks given as experts: the slot of the likelier sign.</summary>
    /// <param name="scores_TQ">Router scores of the slots, [T, Q].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>Slots, int64 [T, K].</returns>
    public static Tensor Strongest(Tensor scores_TQ, Tensor experts_TK, int experts)
    {
        using var quiet = no_grad();
        var base_TK = experts_TK.clamp_min(Scalars.Zero);
        var negative_TK = scores_TQ.gather(1, base_TK.Plus(experts)).gt(scores_TQ.gather(1, base_TK));
        return base_TK.Plus(negative_TK.to(ScalarType.Int64).Times(experts)).masked_fill(experts_TK.lt(Scalars.Zero), Scalars.MinusOne);
    }

    /// <summary>Each expert's share of the non-null mass, both signs together, [T, E].</summary>
    /// <param name="scores_TQ">Router scores of the slots, [T, Q].</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Shares(Tensor scores_TQ, int experts)
    {
        var mass_TE = scores_TQ.narrow(1, 0, experts).Plus(scores_TQ.narrow(1, experts, experts));
        return mass_TE / mass_TE.sum(-1, keepdim: true).AtLeast(Floor);
    }

    /// <summary>mean_t Σ p of null slots.</summary>
    /// <param name="scores_TQ">Router scores of the slots, [T, Q].</param>
    /// <param name="experts">E, how many experts there are.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>A scalar [], from 0 to 1.</returns>
    public static Tensor NullMass(Tensor scores_TQ, int experts, Tensor? mask_T) =>
        MaskedMeans.OverTokens(Nulls(scores_TQ, experts).sum(-1), mask_T);

    private static Tensor Nulls(Tensor scores_TQ, int experts) => scores_TQ.narrow(1, 2 * experts, scores_TQ.shape[1] - 2 * experts);
}
