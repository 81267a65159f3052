using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The gate of DynMoE (Guo et al. 2024, arXiv:2405.14297): a learned threshold for each expert.</summary>
public static class Thresholds
{
    private static readonly Scalar MostLogarithm = Math.Log(100).ToScalar();

    /// <summary>τ = exp(min(t, ln 100)).</summary>
    /// <param name="temperature_1">t, [1].</param>
    /// <returns>[1].</returns>
    public static Tensor Temperature(Tensor temperature_1) => temperature_1.clamp_max(MostLogarithm).exp();

    /// <summary>l = τ·cos(x, w_e) + b, norms clamped at 1e-12.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per expert, [E, D].</param>
    /// <param name="tau_1">τ, [1].</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Logits(Tensor x_TD, Tensor weight_ED, Tensor tau_1, Tensor? bias_E = null)
    {
        var logits_TE = RouterLogits.Cosine(x_TD, weight_ED, 1.0) * tau_1;
        return bias_E is null ? logits_TE : logits_TE.Plus(bias_E);
    }

    /// <summary>s − σ(τ·g): above 0 where an expert is picked.</summary>
    /// <param name="scores_TE">s, [T, E].</param>
    /// <param name="threshold_E">g, [E].</param>
    /// <param name="tau_1">τ, [1].</param>
    /// <returns>[T, E].</returns>
    public static Tensor Margins(Tensor scores_TE, Tensor threshold_E, Tensor tau_1) => scores_TE - (threshold_E * tau_1).sigmoid();

    /// <summary>The experts of positive margin, best first, −1 in the remaining slots; in evaluation the expert of largest score where
    /// there is none.</summary>
    /// <param name="scores_TE">s, [T, E].</param>
    /// <param name="margins_TE">s − σ(τ·g), [T, E].</param>
    /// <param name="training">Whether the layer trains: a token without a pick then has none.</param>
    /// <param name="mask_T">Which tokens are routed, bool [T]; null routes all.</param>
    /// <returns>Picks, int64 [T, E].</returns>
    public static Tensor Picks(Tensor scores_TE, Tensor margins_TE, bool training, Tensor? mask_T)
    {
        using var quiet = no_grad();
        var experts_TE = Picking.Positive(margins_TE, mask_T);
        if (training)
        {
            return experts_TE;
        }

        var best_T1 = TopPicks.Largest(scores_TE, 1);
        var alone_TE = cat([best_T1, experts_TE.narrow(1, 1, experts_TE.shape[1] - 1)], 1);
        var none_T1 = experts_TE.narrow(1, 0, 1).lt(Scalars.Zero);
        return Picking.Mask(where(none_T1, alone_TE, experts_TE), mask_T);
    }

    /// <summary>w_i = 1/|I|, with the gradient of max(0, margin)/|I| in its place.</summary>
    /// <param name="margins_TE">s − σ(τ·g), [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor Weights(Tensor margins_TE, Tensor experts_TK)
    {
        var filled_TK = experts_TK.ge(Scalars.Zero).to(margins_TE.dtype);
        var active_TK = nn.functional.relu(margins_TE.gather(1, experts_TK.clamp_min(Scalars.Zero)));
        var through_TK = (active_TK - active_TK.detach()).Plus(1.0);
        return through_TK * filled_TK / filled_TK.sum(-1, keepdim: true).clamp_min(Scalars.One);
    }
}
