using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Weights of picks and shared experts that share one sum (Inkling, <see cref="SharedExpertsAttribute.InRouterSum"/>): w_i = scale·s_i/S,
/// v_j = scale·s_j/S, S = Σ_{i∈I} s_i + Σ_j s_j. They are made of the scores' logarithms, so that faint ones keep their ratio.
/// </summary>
public static class RouterSum
{
    /// <summary>Weights for s = sigmoid(l).</summary>
    /// <param name="logits_TE">Logits of routed experts, [T, E].</param>
    /// <param name="shared_TJ">Logits of shared experts, [T, J].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="scale">What the weights are multiplied by.</param>
    /// <returns>w and, behind them, v: [T, K + J]; 0 in empty slots.</returns>
    public static Tensor SigmoidOverPicks(Tensor logits_TE, Tensor shared_TJ, Tensor experts_TK, double scale = 1) =>
        CombineWeights.SigmoidOverPicks(cat([logits_TE, shared_TJ], 1), All(logits_TE, shared_TJ, experts_TK), scale);

    /// <summary>As <see cref="SigmoidOverPicks"/> for s = √softplus(l).</summary>
    /// <inheritdoc cref="SigmoidOverPicks" path="/param" />
    /// <returns>w and, behind them, v: [T, K + J]; 0 in empty slots.</returns>
    public static Tensor SqrtSoftplusOverPicks(Tensor logits_TE, Tensor shared_TJ, Tensor experts_TK, double scale = 1) =>
        CombineWeights.SqrtSoftplusOverPicks(cat([logits_TE, shared_TJ], 1), All(logits_TE, shared_TJ, experts_TK), scale);

    /// <summary>The picks, and all shared experts behind them as slots E to E + J.</summary>
    private static Tensor All(Tensor logits_TE, Tensor shared_TJ, Tensor experts_TK)
    {
        var (first, count) = (logits_TE.shape[1], shared_TJ.shape[1]);
        var slots_J = TensorMath.Range(first, first + count, ScalarType.Int64, experts_TK.device);
        return cat([experts_TK, slots_J.unsqueeze(0).expand(experts_TK.shape[0], count)], 1);
    }
}
