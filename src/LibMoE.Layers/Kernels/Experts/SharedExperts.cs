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

    private static Tensor Add(Tensor y, Tensor? bias) => bias is null ? y : y.Plus(bias.to(y.dtype));
}
