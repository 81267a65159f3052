using LibMoE.Runtime.Kernels.Dispatching;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Portable;

/// <summary>
/// The expert computation in libtorch operations alone, for any device and type whose counts the host may read; autograd derives the
/// backward, and its backward.
/// </summary>
internal static class PortableExperts
{
    /// <summary>2·√(2/π): (1 + tanh(t))/2 = σ(2t).</summary>
    private const double GeluTwiceRoot = 1.5957691216057308;

    private const double GeluCube = 0.044715;
    private const double GeluSteepness = 1.702;

    /// <summary>The outputs of a dispatch, in the type of the parameters: [T, D], or [T·K, D] where every pick has its own.</summary>
    /// <param name="dispatch">Which rows, and how they are put together.</param>
    /// <param name="group">The parameters.</param>
    /// <param name="x_TD">One row per token.</param>
    /// <param name="weights_TK">The weights of the picks; null: 1.</param>
    /// <param name="compute">The type of the matmuls.</param>
    public static Tensor Compute(Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType compute)
    {
        var (rows, type) = (dispatch.Rows, group.Up_FDW.dtype);
        var counts_F = rows.Counts(dispatch.First, dispatch.Experts);
        var pick_N = rows.PicksOf(dispatch.First, dispatch.Experts).to(ScalarType.Int64, x_TD.device);
        if (pick_N.numel() == 0)
        {
            return zeros([dispatch.Outputs, group.Output], dtype: type, device: x_TD.device)
                .Plus(Untouched(x_TD, weights_TK, group).to(type));
        }

        // Every row of the expanded x and of the outputs stands once: no sum, forward or backward, has an order of chance.
        var x_PD = x_TD.unsqueeze(1).expand(-1, dispatch.Picks, -1).reshape(-1, group.Dim);
        var x_ND = x_PD.index_select(0, pick_N);
        var y_ND = Rows(group.To(compute), x_ND.to(compute), counts_F).to(type);
        if (weights_TK is not null)
        {
            y_ND = y_ND * weights_TK.reshape(-1).index_select(0, pick_N).to(type).unsqueeze(1);
        }

        var y_PD = zeros([dispatch.Tokens * dispatch.Picks, group.Output], dtype: type, device: x_TD.device).index_copy(0, pick_N, y_ND);
        return dispatch.PicksPerOutput == 1 ? y_PD : y_PD.view(dispatch.Tokens, dispatch.Picks, group.Output).sum(1);
    }

    /// <summary>φ(h), for gated activations φ(h[.., :H])·h[.., H:].</summary>
    /// <remarks>In bfloat16 each step of it, and of its backward, would round once more: it is computed in float32.</remarks>
    public static Tensor Activate(Activation activation, Tensor h) =>
        h.dtype == ScalarType.BFloat16 ? Apply(activation, h.to(ScalarType.Float32)).to(ScalarType.BFloat16) : Apply(activation, h);

    private static Tensor Apply(Activation activation, Tensor h)
    {
        switch (activation)
        {
            case Activation.Relu:
                return h.relu();
            case Activation.Gelu:
                return nn.functional.gelu(h);
            case Activation.GeluTanh:
                return h * (h * h * h).Times(GeluCube).Plus(h).Times(GeluTwiceRoot).sigmoid();
            case Activation.QuickGelu:
                return h * h.Times(GeluSteepness).sigmoid();
            case Activation.ReluSquared:
                return h.relu().Squared();
            default:
                var halves = h.chunk(2, -1);
                return (activation == Activation.SwiGlu ? nn.functional.silu(halves[0]) : nn.functional.gelu(halves[0])) * halves[1];
        }
    }

    private static Tensor Rows(ExpertGroup group, Tensor x_ND, long[] counts_F)
    {
        // unbind, not up[e]: the gradient of a selected slice is a tensor of the whole stack, once per expert.
        var up_DW = group.Up_FDW.unbind(0);
        var down_HO = group.Down_FHO.unbind(0);
        var bias_W = group.UpBias_FW?.unbind(0);
        var rows = x_ND.split(counts_F, 0);
        var outputs = new List<Tensor>();
        for (var e = 0; e < counts_F.Length; e++)
        {
            if (counts_F[e] > 0)
            {
                // addmm adds before it rounds, which matters in bfloat16 where the sum is near 0.
                var h = bias_W is null ? rows[e].mm(up_DW[e]) : bias_W[e].addmm(rows[e], up_DW[e], 1, 1);
                outputs.Add(Activate(group.Activation, h).mm(down_HO[e]));
            }
        }

        return cat(outputs, 0);
    }

    /// <summary>A zero that depends on every input, so that backward finds a graph where a group has no row.</summary>
    private static Tensor Untouched(Tensor x_TD, Tensor? weights_TK, ExpertGroup group)
    {
        Tensor?[] inputs = [x_TD, weights_TK, group.Up_FDW, group.Down_FHO, group.UpBias_FW];
        var type = group.Up_FDW.dtype;
        return inputs.Where(input => input is not null).Aggregate(
            zeros([], type, x_TD.device), (sum, input) => sum.Plus(input!.flatten().narrow(0, 0, 0).sum().to(type)));
    }
}
