using LibMoE.Runtime.Kernels.Portable;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Experts that every token passes through: a plain feed-forward network, n experts side by side in its hidden width.</summary>
public static class SharedExperts
{
    /// <summary>scale·act(x·up)·down.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type.</param>
    /// <param name="up_DW">[D, n·H], or [D, 2·n·H] for gated activations: all gate columns, then all up columns.</param>
    /// <param name="down_HD">[n·H, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="scale">What the result is multiplied by.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    public static Tensor Run(Activation activation, Tensor x_TD, Tensor up_DW, Tensor down_HD, ScalarType? compute = null, double scale = 1)
    {
        using var scope = NewDisposeScope();
        var y_TD = Unscaled(activation, x_TD, up_DW, down_HD, compute);
        return (scale == 1 ? y_TD : y_TD.Times(scale)).MoveToOuterDisposeScope();
    }

    private static Tensor Unscaled(Activation activation, Tensor x_TD, Tensor up_DW, Tensor down_HD, ScalarType? compute)
    {
        if (x_TD.device_type == DeviceType.CPU)
        {
            // One expert with all rows: the same kernels as the routed ones'.
            return RoutedExperts.Rows(activation, x_TD, [x_TD.shape[0]], up_DW.unsqueeze(0), down_HD.unsqueeze(0), compute: compute);
        }

        var type = compute ?? up_DW.dtype;
        var hidden = x_TD.to(type).mm(up_DW.to(type));
        return PortableExperts.Activate(activation, hidden).mm(down_HD.to(type)).to(x_TD.dtype);
    }
}
