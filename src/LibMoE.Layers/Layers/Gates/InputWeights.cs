using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Weights on what experts read, y = Σ_{i∈I} f_i(w_i·x) (Llama 4, <see cref="LinearGateAttribute.WeighInput"/>): every pick is a row of its
/// own, since each has another input.
/// </summary>
public static class InputWeights
{
    /// <summary>w·x for each pick, those of a token one after the other.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <returns>[N, D], N = T·K, in the type of x.</returns>
    /// <remarks>As products of a column and a row for each token: so the gradients, dx = Σ_k w_k·g_k and dw_k = g_k·x, are products too,
    /// where those of an elementwise product are summed from two tensors of the size of all rows.</remarks>
    public static Tensor Rows(Tensor x_TD, Tensor weights_TK) =>
        weights_TK.to(x_TD.dtype).unsqueeze(-1).bmm(x_TD.unsqueeze(1)).reshape(weights_TK.numel(), x_TD.shape[1]);

    /// <summary>The picks' outputs by token again.</summary>
    /// <param name="outputs_N1D">The output of each pick, [N, 1, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <returns>[T, K, D].</returns>
    public static Tensor ByToken(Tensor outputs_N1D, Tensor experts_TK) =>
        outputs_N1D.reshape(experts_TK.shape[0], experts_TK.shape[1], outputs_N1D.shape[2]);
}
