using LibMoE.Runtime.Kernels.Gating;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// From scores to the multipliers of the picked experts' outputs. Empty slots (−1) get 0, and gradients flow to the scores of the picks.
/// </summary>
public static class CombineWeights
{
    /// <summary>Keeps 0/0 out of rows whose picked scores all underflow: the smallest float32 whose inverse is one as well.</summary>
    private const double Floor = 1e-37;

    /// <summary>
    /// w_i = scale·s_i / Σ_{j∈I} s_j. For scores that come from logits <see cref="SoftmaxOverPicks"/> is exact where they underflow, too.
    /// </summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor Normalized(Tensor scores_TE, Tensor experts_TK, double scale = 1)
    {
        var picked_TK = Picked(scores_TE, experts_TK);
        return picked_TK.Times(scale) / picked_TK.sum(-1, keepdim: true).AtLeast(Floor);
    }

    /// <summary>w_i = scale·s_i.</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor Plain(Tensor scores_TE, Tensor experts_TK, double scale = 1)
    {
        var picked_TK = Picked(scores_TE, experts_TK);
        return scale == 1 ? picked_TK : picked_TK.Times(scale);
    }

    /// <summary>
    /// As <see cref="Normalized"/> for s = sigmoid(l), by the scores' logarithms: also picks whose scores are too small for their type
    /// share the weight as their ratio says.
    /// </summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor SigmoidOverPicks(Tensor logits_TE, Tensor experts_TK, double scale = 1) =>
        SoftmaxOf(nn.functional.logsigmoid(logits_TE.gather(1, experts_TK.clamp_min(Scalars.Zero))), experts_TK.lt(Scalars.Zero), scale);

    /// <summary>As <see cref="SigmoidOverPicks"/> for s = √softplus(l).</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor SqrtSoftplusOverPicks(Tensor logits_TE, Tensor experts_TK, double scale = 1) =>
        SoftmaxOf(SqrtSoftplus.Logarithm(logits_TE.gather(1, experts_TK.clamp_min(Scalars.Zero))), experts_TK.lt(Scalars.Zero), scale);

    /// <summary>w_i = scale·exp(l_i) / Σ_{j∈I} exp(l_j): equal to normalised softmax scores, without the softmax
    /// over all experts.</summary>
    /// <param name="logits_TE">Router logits, [T, E].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor SoftmaxOverPicks(Tensor logits_TE, Tensor experts_TK, double scale = 1) =>
        PickedSoftmax.Serves(logits_TE, experts_TK)
            ? PickedSoftmax.Compute(logits_TE, experts_TK, scale)
            : SoftmaxOf(logits_TE.gather(1, experts_TK.clamp_min(Scalars.Zero)), experts_TK.lt(Scalars.Zero), scale);

    /// <summary>w_i·a_e of the pick's expert e (Gemma 4; Pangu Pro MoE, Tang et al. 2025).</summary>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale_E">a: a learned scale of each expert, [E].</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor OfExperts(Tensor weights_TK, Tensor experts_TK, Tensor scale_E) =>
        weights_TK * scale_E.index_select(0, experts_TK.clamp_min(Scalars.Zero).reshape(-1)).reshape(experts_TK.shape);

    /// <summary>w_i = value for every pick, without a gradient: the result of normalising a single pick.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="value">The weight of every pick.</param>
    /// <param name="type">The element type.</param>
    /// <returns>Combine weights, [T, K]; 0 in empty slots.</returns>
    public static Tensor Constant(Tensor experts_TK, double value, ScalarType type) => experts_TK.ge(Scalars.Zero).to(type).Times(value);

    /// <summary>Weights as a matrix over all experts: s_e = w_i where expert e is pick i, 0 elsewhere.</summary>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="slots">E, how many experts can be picked.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Spread(Tensor weights_TK, Tensor experts_TK, int slots) =>
        zeros(new[] { experts_TK.shape[0], slots }, weights_TK.dtype, weights_TK.device)
            .scatter_add(1, experts_TK.clamp_min(Scalars.Zero), weights_TK * experts_TK.ge(Scalars.Zero).to(weights_TK.dtype));

    private static Tensor SoftmaxOf(Tensor logits_TK, Tensor empty_TK, double scale)
    {
        var picked_TK = logits_TK.masked_fill(empty_TK, Scalars.NegativeInfinity);
        var weights_TK = picked_TK.softmax(-1).masked_fill(empty_TK, Scalars.Zero);
        return scale == 1 ? weights_TK : weights_TK.Times(scale);
    }

    private static Tensor Picked(Tensor scores_TE, Tensor experts_TK) =>
        scores_TE.gather(1, experts_TK.clamp_min(Scalars.Zero)) * experts_TK.ge(Scalars.Zero).to(scores_TE.dtype);
}
