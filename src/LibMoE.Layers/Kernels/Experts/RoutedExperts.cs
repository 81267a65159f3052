using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The expert computation of a layer: f_e(x) = act(x·up_e + b_e)·down_e + c_e for the rows that a <see cref="RoutingPlan"/> gives expert e.
/// Picks outside [first, first + F) contribute nothing, so that the outputs of a layer's expert groups add up.
/// </summary>
/// <remarks>
/// Gradients reach x, the weights and all parameters. Repeated calls on one machine with one thread count give the same bits. Parameters
/// are [F, D, W] and [F, H, D]: W = H, or for gated activations W = 2H with the gate half first. Where the second matrices have
/// another number of columns than D, in a layer between two models (<see cref="MoeShape.Output"/>), so have the outputs.
/// </remarks>
public static class RoutedExperts
{
    /// <summary>The weighted sum of the picked experts: y_t = Σ_k weights[t, k]·f_e(x_t).</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type and any strides.</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="weights_TK">[T, K], the gate weights.</param>
    /// <param name="up_FDW">[F, D, H] or [F, D, 2H].</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FW">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="first">The slot of this group's first expert.</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters. Weighting and summing stay in float32.</param>
    /// <param name="glu">How SwiGLU experts depart from the plain form; null: not.</param>
    /// <param name="placement">Where the experts are, whose parameters here are those of this process; null: all are here.</param>
    /// <param name="beside">Computes what is added to the sum, [T, D], such as shared experts; where experts are on several processes,
    /// while rows travel to them. Null adds nothing.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, or experts of another kind have options of SwiGLU.
    /// </exception>
    public static Tensor Run(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor weights_TK, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW = null, Tensor? downBias_FD = null, int first = 0, ScalarType? compute = null, SwiGluOptions? glu = null,
        ExpertPlacement? placement = null, Func<Tensor>? beside = null)
    {
        if (placement is not null)
        {
            return SpreadExperts.Sum(placement, x_TD, plan, weights_TK, first, MasterOf(up_FDW), (rows_MD, weights_M1, own) =>
                Run(activation, rows_MD, own, weights_M1, up_FDW, down_FHD, upBias_FW, downBias_FD, 0, compute, glu), beside);
        }

        var y_TD = Run(activation, x_TD, plan, weights_TK, up_FDW, down_FHD, upBias_FW, downBias_FD, first, compute, path: null, glu);
        return beside is null ? y_TD : y_TD.Plus(beside());
    }

    /// <summary>As the public one, on a given path.</summary>
    internal static Tensor Run(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor weights_TK, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW, Tensor? downBias_FD, int first, ScalarType? compute, ExpertPath? path, SwiGluOptions? glu = null)
    {
        using var scope = NewDisposeScope();
        var group = new ExpertGroup(activation, up_FDW, down_FHD, upBias_FW) { Glu = SwiGluOptions.Of(activation, glu) };
        var dispatch = new Dispatch(plan, first, group.Experts, PerPick: false);
        var y_TD = ExpertPaths.Compute(dispatch, group, x_TD, weights_TK, compute, path);
        if (downBias_FD is not null)
        {
            y_TD = y_TD.Plus(OutputBias.Weighted(plan.Experts_TK, weights_TK, downBias_FD, first));
        }

        return y_TD.to(x_TD.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Each pick's own unweighted output f_e(x_t), for terms that compare experts;
    /// 0 for picks outside the group and empty ones.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type and any strides.</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="up_FDW">[F, D, H] or [F, D, 2H].</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FW">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="first">The slot of this group's first expert.</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="glu">How SwiGLU experts depart from the plain form; null: not.</param>
    /// <param name="placement">Where the experts are, whose parameters here are those of this process; null: all are here.</param>
    /// <returns>[T, K, D] in the type of <paramref name="x_TD"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, or experts of another kind have options of SwiGLU.
    /// </exception>
    public static Tensor PerPick(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW = null, Tensor? downBias_FD = null, int first = 0, ScalarType? compute = null, SwiGluOptions? glu = null,
        ExpertPlacement? placement = null) => placement is null
            ? PerPick(activation, x_TD, plan, up_FDW, down_FHD, upBias_FW, downBias_FD, first, compute, path: null, glu)
            : SpreadExperts.PerPick(placement, x_TD, plan, first, MasterOf(up_FDW), (rows_MD, own) =>
                PerPick(activation, rows_MD, own, up_FDW, down_FHD, upBias_FW, downBias_FD, 0, compute, glu));

    /// <summary>As the public one, on a given path.</summary>
    internal static Tensor PerPick(
        Activation activation, Tensor x_TD, RoutingPlan plan, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW, Tensor? downBias_FD, int first, ScalarType? compute, ExpertPath? path, SwiGluOptions? glu = null)
    {
        using var scope = NewDisposeScope();
        var group = new ExpertGroup(activation, up_FDW, down_FHD, upBias_FW) { Glu = SwiGluOptions.Of(activation, glu) };
        var dispatch = new Dispatch(plan, first, group.Experts, PerPick: true);
        var y_TKD = ExpertPaths.Compute(dispatch, group, x_TD, null, compute, path).view(plan.Tokens, plan.Picks, group.Output);
        if (downBias_FD is not null)
        {
            y_TKD = y_TKD.Plus(OutputBias.PerPick(plan.Experts_TK, downBias_FD, first));
        }

        return y_TKD.to(x_TD.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The computation on rows that are already sorted by expert, as an all-to-all between machines delivers them.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_ND">[N, D]: first the rows of expert 0, then those of expert 1, and so on.</param>
    /// <param name="counts_F">How many rows each of the F experts has; they sum to N.</param>
    /// <param name="up_FDW">[F, D, H] or [F, D, 2H].</param>
    /// <param name="down_FHD">[F, H, D].</param>
    /// <param name="upBias_FW">[F, H] or [F, 2H].</param>
    /// <param name="downBias_FD">[F, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="glu">How SwiGLU experts depart from the plain form; null: not.</param>
    /// <param name="placement">Where the experts are, whose parameters here are those of this process; null: all are here.</param>
    /// <returns>[N, D] in the type of <paramref name="x_ND"/>, unweighted.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, or experts of another kind have options of SwiGLU.
    /// </exception>
    public static Tensor Rows(
        Activation activation, Tensor x_ND, long[] counts_F, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW = null, Tensor? downBias_FD = null, ScalarType? compute = null, SwiGluOptions? glu = null,
        ExpertPlacement? placement = null) => placement is null
            ? Rows(activation, x_ND, counts_F, up_FDW, down_FHD, upBias_FW, downBias_FD, compute, path: null, glu)
            : SpreadExperts.Rows(placement, x_ND.to(MasterOf(up_FDW)), counts_F, (rows_MD, own) =>
                PerPick(activation, rows_MD, own, up_FDW, down_FHD, upBias_FW, downBias_FD, 0, compute, glu).squeeze(1)).to(x_ND.dtype);

    /// <summary>As the public one, on a given path.</summary>
    internal static Tensor Rows(
        Activation activation, Tensor x_ND, long[] counts_F, Tensor up_FDW, Tensor down_FHD,
        Tensor? upBias_FW, Tensor? downBias_FD, ScalarType? compute, ExpertPath? path, SwiGluOptions? glu = null)
    {
        if (counts_F.Length != up_FDW.shape[0] || counts_F.Sum() != x_ND.shape[0])
        {
            throw new ArgumentException(
                $"{counts_F.Length} counts that sum to {counts_F.Sum()} do not describe {x_ND.shape[0]} rows of {up_FDW.shape[0]} experts.",
                nameof(counts_F));
        }

        using var scope = NewDisposeScope();
        var plan = RoutingPlan.Sorted(counts_F, x_ND.device);
        return PerPick(activation, x_ND, plan, up_FDW, down_FHD, upBias_FW, downBias_FD, 0, compute, path, glu)
            .squeeze(1).MoveToOuterDisposeScope();
    }

    private static ScalarType MasterOf(Tensor up_FDW) => up_FDW.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
