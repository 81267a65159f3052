using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Picks in rounds, with a gradient of its own (SparseMixer-v2, Liu et al. 2024, arXiv:2409.12136; Phi-3.5-MoE).</summary>
public static class SparseMixer
{
    /// <summary>How often a pick that is not the best weighs less: Heun's method takes f(x) − f(0) as ¼·f'(x) + ¾·f'(x/3).</summary>
    private const double MidpointChance = 0.75;

    private const double Midpoint = 1.0 / 3;

    /// <summary>One expert a round: in evaluation the largest logit that is left, in training one drawn by the softmax over those near
    /// it.</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="k">K, how many rounds.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="training">Whether picks are drawn.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    public static Tensor Pick(Tensor logits_TE, int k, double epsilon, bool training, Tensor? mask_T)
    {
        if (!training)
        {
            return Picking.Largest(logits_TE, k, mask_T);
        }

        using var quiet = no_grad();
        var (left_TE, picks) = (logits_TE.detach(), new List<Tensor>());
        for (var round = 0; round < k; round++)
        {
            // The largest of l plus Gumbel noise is a draw from softmax(l).
            var gumbel_TE = empty_like(left_TE).exponential_().log().negative();
            picks.Add(Near(logits_TE, left_TE, epsilon).Plus(gumbel_TE).argmax(1, keepdim: true));
            left_TE = Without(left_TE, picks[^1]);
        }

        return Picking.Mask(cat(picks, 1), mask_T);
    }

    /// <summary>w_i = scale·exp(l_i)/Σ_N exp(l_e), N the experts near the largest logit that the picks before have left.</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="experts_TK">Picks in the order of their rounds, int64 [T, K]; −1 where empty.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="training">Whether a pick that is not the best of its round weighs a third in three draws of four.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots, and for an expert that is not near the best one of its round.</returns>
    public static Tensor Weights(Tensor logits_TE, Tensor experts_TK, double epsilon, bool training, double scale = 1)
    {
        var (left_TE, weights) = (logits_TE, new List<Tensor>());
        foreach (var pick_T1 in experts_TK.split(1, 1))
        {
            var shares_TE = Near(logits_TE, left_TE, epsilon).softmax(-1);
            var at_T1 = pick_T1.clamp_min(Scalars.Zero);
            var weight_T1 = shares_TE.gather(1, at_T1).masked_fill(pick_T1.lt(Scalars.Zero), Scalars.Zero);
            weights.Add(training ? Halfway(weight_T1, at_T1, shares_TE) : weight_T1);
            left_TE = Without(left_TE, pick_T1);
        }

        var weights_TK = cat(weights, 1);
        return scale == 1 ? weights_TK : weights_TK.Times(scale);
    }

    /// <summary>What is left, with −∞ for what is not near the largest of it.</summary>
    private static Tensor Near(Tensor logits_TE, Tensor left_TE, double epsilon)
    {
        var l_TE = logits_TE.detach();
        var largest_T1 = left_TE.detach().amax([1L], keepdim: true);
        var distance_TE = (largest_T1 - l_TE) / l_TE.abs().maximum(largest_T1);
        return left_TE.masked_fill(distance_TE.IsAbove(2 * epsilon), Scalars.NegativeInfinity);
    }

    private static Tensor Without(Tensor left_TE, Tensor pick_T1)
    {
        var slots_1E = TensorMath.Range(left_TE.shape[1], ScalarType.Int64, left_TE.device).unsqueeze(0);
        return left_TE.masked_fill(slots_1E.eq(pick_T1), Scalars.NegativeInfinity);
    }

    /// <summary>The weight or a third of it, with the gradient of the weight.</summary>
    private static Tensor Halfway(Tensor weight_T1, Tensor pick_T1, Tensor shares_TE)
    {
        var whole_T1 = pick_T1.eq(shares_TE.argmax(1, keepdim: true)).logical_or(rand_like(weight_T1).IsAbove(MidpointChance));
        var missing_T1 = weight_T1.detach().Times(Midpoint - 1).masked_fill(whole_T1, Scalars.Zero);
        return weight_T1.Plus(missing_T1);
    }
}
