using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Experts that every token passes through: a plain feed-forward network, n experts side by side in its hidden width.</summary>
public static class SharedExperts
{
    /// <summary>act(x·up)·down.</summary>
    /// <param name="activation">What stands between the two matrices.</param>
    /// <param name="x_TD">[T, D] of any floating type.</param>
    /// <param name="up_DW">[D, n·H], or [D, 2·n·H] for gated activations: all gate columns, then all up columns.</param>
    /// <param name="down_HD">[n·H, D].</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <returns>[T, D] in the type of <paramref name="x_TD"/>.</returns>
    public static Tensor Run(Activation activation, Tensor x_TD, Tensor up_DW, Tensor down_HD, ScalarType? compute = null)
    {
        using var scope = NewDisposeScope();
        if (x_TD.device_type == DeviceType.CPU)
        {
            // One expert with all rows: the same kernels as the routed ones'.
            var y_ND = RoutedExperts.Rows(activation, x_TD, [x_TD.shape[0]], up_DW.unsqueeze(0), down_HD.unsqueeze(0), compute: compute);
            return y_ND.MoveToOuterDisposeScope();
        }

        var type = compute ?? up_DW.dtype;
        var hidden = x_TD.to(type).mm(up_DW.to(type));
        var y_TD = PortableExperts.Activate(activation, hidden).mm(down_HD.to(type));
        return y_TD.to(x_TD.dtype).MoveToOuterDisposeScope();
    }
}
