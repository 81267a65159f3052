using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Matmul;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>
/// y = x·Wᵀ + b. Where the matmul of these kernels is faster than the BLAS of libtorch (<see cref="PanelProduct"/>), it takes its place for
/// the projections, the head and the routers; everywhere else this is <c>nn.functional.linear</c>.
/// </summary>
internal static class LinearProduct
{
    /// <summary>With fewer rows, as in decoding, packing the weight costs more than it saves.</summary>
    private const int LeastRows = 16;

    /// <summary>Multiplies.</summary>
    /// <param name="x">[.., I].</param>
    /// <param name="weight_OI">W, of the same type.</param>
    /// <param name="bias_O">b, or null.</param>
    /// <returns>[.., O].</returns>
    public static Tensor Run(Tensor x, Tensor weight_OI, Tensor? bias_O = null)
    {
        if (CpuKernels.Detected is not { } kernels || !Serves(x, weight_OI)
            || kernels.OwnProduct(x.numel() * weight_OI.shape[0]) is not { } product)
        {
            return nn.functional.linear(x, weight_OI, bias_O);
        }

        using var scope = NewDisposeScope();
        var sizes = x.shape;
        var x_NI = sizes.Length == 2 ? x : x.reshape(-1, sizes[^1]);
        var y_NO = FusedLinear.Compute(new(kernels.Torch, product), x_NI.contiguous(), weight_OI.contiguous());
        var y = sizes.Length == 2 ? y_NO : y_NO.view([.. sizes[..^1], weight_OI.shape[0]]);
        return (bias_O is null ? y : y.Plus(bias_O)).MoveToOuterDisposeScope();
    }

    private static bool Serves(Tensor x, Tensor weight_OI) =>
        x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && weight_OI.dtype == ScalarType.Float32
        && x.dim() > 1 && weight_OI.dim() == 2 && x.shape[^1] == weight_OI.shape[1] && weight_OI.numel() > 0
        && x.numel() >= LeastRows * x.shape[^1];
}
