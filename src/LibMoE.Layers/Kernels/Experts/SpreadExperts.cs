using LibMoE.Runtime.Kernels.Dispatching;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>
/// The expert computation where a layer's experts are on several processes. Rows travel in the type of the parameters, float32 or wider,
/// so that gradients are those of one process, and a row's weight beside it, so that it is multiplied where one process does so.
/// </summary>
internal static class SpreadExperts
{
    /// <summary>The weighted sum of the picked experts: y_t = Σ_k weights[t, k]·f_e(x_t).</summary>
    /// <param name="placement">Where the experts are.</param>
    /// <param name="x_TD">[T, D].</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="weights_TK">[T, K].</param>
    /// <param name="first">The slot of the group's first expert.</param>
    /// <param name="master">The type of the rows.</param>
    /// <param name="weighted">Computes w·f(x), [M, O], of rows [M, D], their weights [M, 1], and the plan of their own experts.</param>
    /// <param name="beside">Computes what is added, [T, O], while rows travel; null adds nothing.</param>
    /// <returns>[T, O] in the type of x.</returns>
    public static Tensor Sum(
        ExpertPlacement placement, Tensor x_TD, RoutingPlan plan, Tensor weights_TK, int first, ScalarType master,
        Func<Tensor, Tensor, RoutingPlan, Tensor> weighted, Func<Tensor>? beside)
    {
        using var scope = NewDisposeScope();
        var (pick_N, token_N, counts_F) = Picked(placement, plan, first);
        var dim = x_TD.shape[1];
        var weight_N1 = weights_TK.to(master).reshape(-1).index_select(0, pick_N).unsqueeze(1);
        var rows_NR = cat([x_TD.to(master).index_select(0, token_N), weight_N1], 1);
        Tensor? beside_TO = null;
        var outputs_NO = Rows(placement, rows_NR, counts_F, Compute, () => beside_TO = beside?.Invoke().MoveToOuterDisposeScope());
        var y_TO = zeros([plan.Tokens, outputs_NO.shape[1]], master).index_add(0, token_N, outputs_NO, Scalars.One);
        var routed_TO = y_TO.to(x_TD.dtype);
        return (beside_TO is null ? routed_TO : routed_TO.Plus(beside_TO)).MoveToOuterDisposeScope();

        Tensor Compute(Tensor rows_MR, RoutingPlan own) => weighted(rows_MR.narrow(1, 0, dim), rows_MR.narrow(1, dim, 1), own);
    }

    /// <summary>Each pick's own output, 0 for picks outside the group and empty ones: [T, K, O].</summary>
    /// <param name="placement">Where the experts are.</param>
    /// <param name="x_TD">[T, D].</param>
    /// <param name="plan">The plan of the call's picks.</param>
    /// <param name="first">The slot of the group's first expert.</param>
    /// <param name="master">The type of the rows.</param>
    /// <param name="local">Computes f(x), [M, 1, O], of rows [M, D] and the plan of their own experts.</param>
    public static Tensor PerPick(
        ExpertPlacement placement, Tensor x_TD, RoutingPlan plan, int first, ScalarType master, Func<Tensor, RoutingPlan, Tensor> local)
    {
        using var scope = NewDisposeScope();
        var (pick_N, token_N, counts_F) = Picked(placement, plan, first);
        var rows_ND = x_TD.to(master).index_select(0, token_N);
        var outputs_NO = Rows(placement, rows_ND, counts_F, (rows_MD, own) => local(rows_MD, own).squeeze(1));
        var width = outputs_NO.shape[1];
        var outputs_PO = zeros([(long)plan.Tokens * plan.Picks, width], master).index_copy(0, pick_N, outputs_NO);
        return outputs_PO.view(plan.Tokens, plan.Picks, width).to(x_TD.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs of rows that are sorted by expert: [N, O].</summary>
    /// <param name="placement">Where the experts are.</param>
    /// <param name="rows_ND">[N, D].</param>
    /// <param name="counts_F">How many rows each of the group's experts has.</param>
    /// <param name="local">Computes [M, O] of rows [M, D] and the plan of their own experts.</param>
    /// <param name="meanwhile">What is done while rows travel; null for nothing.</param>
    public static Tensor Rows(
        ExpertPlacement placement, Tensor rows_ND, long[] counts_F, Func<Tensor, RoutingPlan, Tensor> local, Action? meanwhile = null)
    {
        using var scope = NewDisposeScope();
        var own = placement.Own(counts_F.Length).Count;
        return placement.Through(rows_ND, counts_F, Compute, meanwhile).MoveToOuterDisposeScope();

        Tensor Compute(Tensor got_MD, Tensor expert_M) => local(got_MD, RoutingPlan.Sort(expert_M.unsqueeze(1), own));
    }

    /// <summary>The group's rows by expert: which pick and which token each is, and how many each expert has.</summary>
    private static (Tensor Pick_N, Tensor Token_N, long[] Counts_F) Picked(ExpertPlacement placement, RoutingPlan plan, int first)
    {
        var experts = placement.GroupFrom(first);
        long[] picks = [.. plan.Host.PicksOf(first, experts).data<int>().Select(pick => (long)pick)];
        long[] tokens = [.. picks.Select(pick => pick / plan.Picks)];
        return (tensor(picks), tensor(tokens), plan.Host.Counts(first, experts));
    }
}
