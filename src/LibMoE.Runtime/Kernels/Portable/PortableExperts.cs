using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The expert computation in libtorch operations alone, for any device and type; autograd derives the backward.</summary>
internal static class PortableExperts
{
    public static Tensor Run(ExpertGroup group, Tensor x_TD, RoutingPlan plan, Tensor weights_TK, int first)
    {
        using var scope = NewDisposeScope();
        var (pick_N, y_ND) = Picked(group, x_TD, plan, first);
        if (y_ND is null)
        {
            return Nothing(group, x_TD, weights_TK).MoveToOuterDisposeScope();
        }

        var weights_N1 = weights_TK.reshape(-1).index_select(0, pick_N).to(y_ND.dtype).unsqueeze(1);
        var y_TD = zeros(x_TD.shape, dtype: y_ND.dtype, device: x_TD.device).index_add(0, pick_N.floor_divide(plan.Picks), y_ND * weights_N1, 1);
        return y_TD.to(x_TD.dtype).MoveToOuterDisposeScope();
    }

    public static Tensor PerPick(ExpertGroup group, Tensor x_TD, RoutingPlan plan, int first)
    {
        using var scope = NewDisposeScope();
        var (pick_N, y_ND) = Picked(group, x_TD, plan, first);
        var y_PD = zeros([plan.Tokens * plan.Picks, x_TD.shape[1]], dtype: group.Up_FDH.dtype, device: x_TD.device);
        if (y_ND is not null)
        {
            y_PD = y_PD.index_copy(0, pick_N, y_ND);
        }

        return y_PD.view(plan.Tokens, plan.Picks, -1).to(x_TD.dtype).MoveToOuterDisposeScope();
    }

    public static Tensor Rows(ExpertGroup group, Tensor x_ND, long[] counts_F)
    {
        using var scope = NewDisposeScope();
        var y_ND = Computed(group, x_ND, counts_F);
        return (y_ND ?? zeros_like(x_ND)).to(x_ND.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The picks of the group's rows and their outputs in the parameters' type; null where the group has no row.</summary>
    private static (Tensor Pick_N, Tensor? Y_ND) Picked(ExpertGroup group, Tensor x_TD, RoutingPlan plan, int first)
    {
        var start = (int)plan.Counts_E.Take(first).Sum();
        var counts_F = plan.Counts_E.AsSpan(first, group.Experts).ToArray();
        var pick_N = tensor(plan.Pick_N.AsSpan(start, (int)counts_F.Sum()).ToArray(), device: x_TD.device);
        var x_ND = x_TD.index_select(0, pick_N.floor_divide(plan.Picks));
        return (pick_N, Computed(group, x_ND, counts_F));
    }

    private static Tensor? Computed(ExpertGroup group, Tensor x_ND, long[] counts_F)
    {
        // unbind, not up[e]: the gradient of a selected slice is a full-sized tensor per expert.
        var up_DH = group.Up_FDH.to(group.Compute).unbind(0);
        var down_HD = group.Down_FHD.to(group.Compute).unbind(0);
        var upBias_H = group.UpBias_FH?.to(group.Compute).unbind(0);
        var downBias_D = group.DownBias_FD?.unbind(0);
        var rows = x_ND.to(group.Compute).split(counts_F, 0);
        var outputs = new List<Tensor>();
        for (var e = 0; e < counts_F.Length; e++)
        {
            if (counts_F[e] == 0)
            {
                continue;
            }

            var hidden = rows[e].mm(up_DH[e]);
            hidden = upBias_H is null ? hidden : hidden + upBias_H[e];
            var output = Activate(group.Activation, hidden).mm(down_HD[e]).to(group.Up_FDH.dtype);
            outputs.Add(downBias_D is null ? output : output + downBias_D[e]);
        }

        return outputs.Count == 0 ? null : cat(outputs, 0);
    }

    /// <summary>act(h), for gated kinds act(h[.., :H])·h[.., H:].</summary>
    internal static Tensor Activate(Activation activation, Tensor hidden)
    {
        switch (activation)
        {
            case Activation.Relu:
                return hidden.relu();
            case Activation.Gelu:
                return nn.functional.gelu(hidden);
            case Activation.ReluSquared:
                return hidden.relu().square();
            default:
                var halves = hidden.chunk(2, -1);
                var gate = activation == Activation.SwiGlu ? nn.functional.silu(halves[0]) : nn.functional.gelu(halves[0]);
                return gate * halves[1];
        }
    }

    /// <summary>Zeros that still depend on every input, so that backward finds a graph where no row was picked.</summary>
    private static Tensor Nothing(ExpertGroup group, Tensor x_TD, Tensor weights_TK)
    {
        var zero = weights_TK.sum() * 0 + group.Up_FDH.sum() * 0 + group.Down_FHD.sum() * 0;
        return x_TD * 0 + zero.to(x_TD.dtype);
    }
}
