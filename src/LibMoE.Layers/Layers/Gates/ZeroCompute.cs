using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Experts that multiply no matrices (MoE++, Jin et al. 2024). A zero expert needs no code: its picks are no rows.</summary>
public static class ZeroCompute
{
    /// <summary>Σ_k w·x over the picks of slots [first, first + count).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="first">The first slot of the group.</param>
    /// <param name="count">How many slots the group has.</param>
    /// <returns>[T, D].</returns>
    public static Tensor Copy(Tensor x_TD, Tensor experts_TK, Tensor weights_TK, int first, int count) =>
        x_TD * (weights_TK * Picked(experts_TK, first, count, weights_TK.dtype)).sum(-1, keepdim: true).to(x_TD.dtype);

    /// <summary>x for each pick of those slots, 0 for other picks.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="first">The first slot of the group.</param>
    /// <param name="count">How many slots the group has.</param>
    /// <returns>[T, K, D].</returns>
    public static Tensor CopyPerPick(Tensor x_TD, Tensor experts_TK, int first, int count) =>
        x_TD.unsqueeze(1) * Picked(experts_TK, first, count, x_TD.dtype).unsqueeze(-1);

    /// <summary>The picks without those of the zero experts of slots [first, first + count), which are −1 (AdaMoE, Zeng et al.
    /// 2024).</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="first">The first slot of the group.</param>
    /// <param name="count">How many slots the group has.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    public static Tensor WithoutZero(Tensor experts_TK, int first, int count) => experts_TK.masked_fill(
        experts_TK.IsAtLeast(first).logical_and(experts_TK.IsBelow((long)first + count)), Scalars.MinusOne);

    /// <summary>Σ_k w·(α₁·x + α₂·v), α = softmax(W_c·x), over the picks of slots [first, first + count).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="value_ZD">v of each of the layer's Z constant experts, [Z, D].</param>
    /// <param name="weight_Z2D">W_c of each of the layer's Z constant experts, [Z, 2, D].</param>
    /// <param name="first">The first of the slots.</param>
    /// <param name="count">How many slots.</param>
    /// <param name="firstConstant">Which constant expert the first slot is.</param>
    /// <returns>[T, D].</returns>
    public static Tensor Constant(
        Tensor x_TD, Tensor experts_TK, Tensor weights_TK, Tensor value_ZD, Tensor weight_Z2D, int first, int count, int firstConstant)
    {
        // w_TZ: each constant expert's weight for each token.
        var slots_Z = TensorMath.Range(first, first + count, ScalarType.Int64, experts_TK.device);
        var w_TZ = (weights_TK.unsqueeze(-1) * experts_TK.unsqueeze(-1).eq(slots_Z).to(weights_TK.dtype)).sum(1).to(x_TD.dtype);
        var mix_TZ2 = Mix(x_TD, weight_Z2D.narrow(0, firstConstant, count));
        var ofToken_T1 = (w_TZ * mix_TZ2.select(-1, 0)).sum(-1, keepdim: true);
        var ofValue_TZ = w_TZ * mix_TZ2.select(-1, 1);
        return (x_TD * ofToken_T1).Plus(ofValue_TZ.matmul(value_ZD.narrow(0, firstConstant, count).to(x_TD.dtype)));
    }

    /// <summary>α₁·x + α₂·v for each pick of those slots, 0 for other picks.</summary>
    /// <inheritdoc cref="Constant" path="/param" />
    public static Tensor ConstantPerPick(
        Tensor x_TD, Tensor experts_TK, Tensor value_ZD, Tensor weight_Z2D, int first, int count, int firstConstant)
    {
        var mix_TZ2 = Mix(x_TD, weight_Z2D.narrow(0, firstConstant, count));
        var values_ZD = value_ZD.narrow(0, firstConstant, count).to(x_TD.dtype);
        var outputs_TZD = (x_TD.unsqueeze(1) * mix_TZ2.narrow(-1, 0, 1)).Plus(values_ZD.unsqueeze(0) * mix_TZ2.narrow(-1, 1, 1));
        var which_TKD = experts_TK.Minus(first).Clamped(0, count - 1).unsqueeze(-1).expand(-1, -1, x_TD.shape[1]);
        return outputs_TZD.gather(1, which_TKD) * Picked(experts_TK, first, count, x_TD.dtype).unsqueeze(-1);
    }

    private static Tensor Mix(Tensor x_TD, Tensor weight_Z2D) =>
        x_TD.matmul(weight_Z2D.reshape(-1, x_TD.shape[1]).to(x_TD.dtype).t()).reshape(x_TD.shape[0], weight_Z2D.shape[0], 2).softmax(-1);

    private static Tensor Picked(Tensor experts_TK, int first, int count, ScalarType type) =>
        experts_TK.IsAtLeast(first).logical_and(experts_TK.IsBelow(first + count)).to(type);
}
