using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The expert computation of a layer: f_e(x) = act(x·up_e + b_e)·down_e + c_e for the rows that a <see cref="RoutingPlan"/> gives expert e.
/// Rows whose expert lies outside [first, first + F) contribute nothing, so that expert groups of one layer add up.
/// </summary>
public static class RoutedExperts
{
    /// <summary>The weighted sum of the picked experts: y_t = Σ_k weights[t,k]·f_e(x_t).</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type and any strides.</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="weights_TK">[T, K], the gate weights.</param>
    /// <param name="up_FDH">[F, D, H], or [F, D, 2H] with the gate half first for gated activations.</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FH">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="first">The slot of this group's first expert.</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters. Weighting and summing stay in the parameters' type.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    public static Tensor Run(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor weights_TK, Tensor up_FDH, Tensor down_FHD,
        Tensor? upBias_FH = null, Tensor? downBias_FD = null, int first = 0, ScalarType? compute = null)
    {
        var group = new ExpertGroup(activation, up_FDH, down_FHD, upBias_FH, downBias_FD, compute);
        return PortableExperts.Run(group, x_TD, plan, weights_TK, first);
    }

    /// <summary>Each pick's own unweighted output f_e(x_t), for terms that compare experts; 0 for picks outside the group and empty ones.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type and any strides.</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="up_FDH">[F, D, H], or [F, D, 2H] with the gate half first for gated activations.</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FH">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="first">The slot of this group's first expert.</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <returns>[T, K, D] in the type of <paramref name="x_TD"/>.</returns>
    public static Tensor PerPick(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor up_FDH, Tensor down_FHD,
        Tensor? upBias_FH = null, Tensor? downBias_FD = null, int first = 0, ScalarType? compute = null)
    {
        var group = new ExpertGroup(activation, up_FDH, down_FHD, upBias_FH, downBias_FD, compute);
        return PortableExperts.PerPick(group, x_TD, plan, first);
    }

    /// <summary>The computation on rows that are already sorted by expert, as an all-to-all between machines delivers them.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_ND">[N, D]: first the rows of expert 0, then those of expert 1, and so on.</param>
    /// <param name="counts_F">How many rows each of the F experts has; they sum to N.</param>
    /// <param name="up_FDH">[F, D, H], or [F, D, 2H] with the gate half first for gated activations.</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FH">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <returns>[N, D] in the type of <paramref name="x_ND"/>, unweighted.</returns>
    public static Tensor Rows(
        Activation activation, Tensor x_ND, long[] counts_F, Tensor up_FDH, Tensor down_FHD,
        Tensor? upBias_FH = null, Tensor? downBias_FD = null, ScalarType? compute = null)
    {
        var group = new ExpertGroup(activation, up_FDH, down_FHD, upBias_FH, downBias_FD, compute);
        return PortableExperts.Rows(group, x_ND, counts_F);
    }
}
