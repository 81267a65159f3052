using LibMoE.Runtime.Kernels.Portable;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Experts that every token passes through: a plain feed-forward network, n experts side by side in its hidden width.</summary>
public static class SharedExperts
{
    /// <summary>scale·(act(x·up + b)·down + c).</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type.</param>
    /// <param name="up_DW">[D, n·H], or [D, 2·n·H] for gated activations: all gate columns, then all up columns.</param>
    /// <param name="down_HD">[n·H, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="scale">What the result is multiplied by.</param>
    /// <param name="upBias_W">b, [n·H] or [2·n·H]; or null.</param>
    /// <param name="downBias_D">c, [D]; or null.</param>
    /// <param name="glu">How SwiGLU experts depart from the plain form; null: not.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, or experts of another kind have options of
    /// SwiGLU.</exception>
    public static Tensor Run(
        Activation activation, Tensor x_TD, Tensor up_DW, Tensor down_HD, ScalarType? compute = null, double scale = 1,
        Tensor? upBias_W = null, Tensor? downBias_D = null, SwiGluOptions? glu = null)
    {
        using var scope = NewDisposeScope();

        // On the CPU they are one expert with all rows: the same kernels as the routed ones'.
        var y_TD = x_TD.device_type == DeviceType.CPU
            ? RoutedExperts.Rows(
                activation, x_TD, [x_TD.shape[0]], up_DW.unsqueeze(0), down_HD.unsqueeze(0), upBias_W?.unsqueeze(0),
                downBias_D?.unsqueeze(0), compute, glu)
            : Plain(SwiGluOptions.Of(activation, glu));
        return (scale == 1 ? y_TD : y_TD.Times(scale)).MoveToOuterDisposeScope();

        Tensor Plain(SwiGluOptions? options)
        {
            var type = compute ?? up_DW.dtype;
            var hidden_TW = Add(x_TD.to(type).mm(up_DW.to(type)), upBias_W);
            return Add(PortableExperts.Activate(activation, hidden_TW, options).mm(down_HD.to(type)), downBias_D).to(x_TD.dtype);
        }
    }

    /// <summary>Σ_j v_j·(act(x·up_j + b_j)·down_j) + c: each expert with a weight of its own for each token. They are computed as routed
    /// experts are, all of them on all tokens.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type.</param>
    /// <param name="weights_TJ">v, [T, J].</param>
    /// <param name="up_DW">[D, J·H], or [D, 2·J·H] for gated activations: all gate columns, then all up columns.</param>
    /// <param name="down_HD">[J·H, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="upBias_W">b, [J·H] or [2·J·H]; or null.</param>
    /// <param name="downBias_D">c, [D], which no weight multiplies; or null.</param>
    /// <param name="glu">How SwiGLU experts depart from the plain form; null: not.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together, or experts of another kind have options of
    /// SwiGLU.</exception>
    public static Tensor Weighted(
        Activation activation, Tensor x_TD, Tensor weights_TJ, Tensor up_DW, Tensor down_HD, ScalarType? compute = null,
        Tensor? upBias_W = null, Tensor? downBias_D = null, SwiGluOptions? glu = null)
    {
        using var scope = NewDisposeScope();
        var (experts, halves) = (weights_TJ.shape[1], activation.IsGated() ? 2 : 1);
        var up_JDW = up_DW.reshape(up_DW.shape[0], halves, experts, -1).permute(2, 0, 1, 3).reshape(experts, up_DW.shape[0], -1);
        var bias_JW = upBias_W?.reshape(halves, experts, -1).permute(1, 0, 2).reshape(experts, -1);
        var picks_TJ = TensorMath.Range(experts, ScalarType.Int64, x_TD.device).unsqueeze(0).expand(x_TD.shape[0], experts).contiguous();
        var y_TD = RoutedExperts.Run(
            activation, x_TD, RoutingPlan.Sort(picks_TJ, (int)experts), weights_TJ, up_JDW,
            down_HD.reshape(experts, -1, down_HD.shape[1]), bias_JW, compute: compute, glu: glu);
        return Add(y_TD, downBias_D).MoveToOuterDisposeScope();
    }

    /// <summary>c₀·routed + c₁·shared, (c₀, c₁) = softmax(x·V + v) (Klear, Kuaishou 2025).</summary>
    /// <param name="routed_TD">The routed output, [T, D].</param>
    /// <param name="shared_TD">The shared output, [T, D].</param>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="mix_D2">V, [D, 2].</param>
    /// <param name="bias_2">v, [2].</param>
    /// <returns>[T, D].</returns>
    public static Tensor Mix(Tensor routed_TD, Tensor shared_TD, Tensor x_TD, Tensor mix_D2, Tensor bias_2)
    {
        var shares_T2 = x_TD.to(mix_D2.dtype).matmul(mix_D2).Plus(bias_2).softmax(-1).to(x_TD.dtype);
        return (routed_TD * shares_T2.narrow(1, 0, 1)).Plus(shared_TD * shares_T2.narrow(1, 1, 1));
    }

    private static Tensor Add(Tensor y, Tensor? bias) => bias is null ? y : y.Plus(bias.to(y.dtype));
}
