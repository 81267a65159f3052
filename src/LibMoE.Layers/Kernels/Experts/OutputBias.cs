using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>
/// The experts' second bias, in libtorch operations: Σ_k w_k·(y_k + c_k) = Σ_k w_k·y_k + Σ_k w_k·c_k, and the second sum is one small
/// matmul of each token's weights per expert with the biases.
/// </summary>
internal static class OutputBias
{
    /// <summary>Σ_k weights[t, k]·bias[e] over the picks e in [first, first + F): [T, O].</summary>
    public static Tensor Weighted(Tensor experts_TK, Tensor weights_TK, Tensor bias_FO, int first)
    {
        var none_TF1 = zeros(experts_TK.shape[0], bias_FO.shape[0] + 1, bias_FO.dtype, bias_FO.device);
        var weights_TF1 = none_TF1.scatter_add(1, Columns(experts_TK, bias_FO, first), weights_TK.to(bias_FO.dtype));
        return weights_TF1.narrow(1, 0, bias_FO.shape[0]).matmul(bias_FO);
    }

    /// <summary>bias[e] of every pick e in [first, first + F), 0 for the others: [T, K, O].</summary>
    public static Tensor PerPick(Tensor experts_TK, Tensor bias_FO, int first)
    {
        var bias_F1O = cat([bias_FO, zeros_like(bias_FO.narrow(0, 0, 1))], 0);
        var bias_PO = bias_F1O.index_select(0, Columns(experts_TK, bias_FO, first).view(-1));
        return bias_PO.view(experts_TK.shape[0], experts_TK.shape[1], bias_FO.shape[1]);
    }

    /// <summary>Each pick's expert counted from the group's first; F for a pick outside the group.</summary>
    private static Tensor Columns(Tensor experts_TK, Tensor bias_FO, int first)
    {
        var local_TK = experts_TK.Minus(first);
        var outside_TK = local_TK.lt(Scalars.Zero).logical_or(local_TK.IsAtLeast(bias_FO.shape[0]));
        return local_TK.FilledWhere(outside_TK, bias_FO.shape[0]).contiguous();
    }
}
