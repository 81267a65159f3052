using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Cuda;
using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Portable;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>The ways to compute the outputs of a dispatch, and which one is taken.</summary>
internal static class ExpertPaths
{
    /// <summary>The outputs of a dispatch, float32 (float64 in a float64 layer).</summary>
    /// <param name="dispatch">Which rows, and how they are put together.</param>
    /// <param name="group">The parameters.</param>
    /// <param name="x_TD">One row per token.</param>
    /// <param name="weights_TK">The weights of the picks; null: 1.</param>
    /// <param name="compute">The type of the matmuls; null: that of the parameters.</param>
    /// <param name="path">How; null: the fastest way that there is for these tensors on this machine.</param>
    public static Tensor Compute(
        Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType? compute, ExpertPath? path = null)
    {
        group.Check();
        var type = compute ?? group.Up_FDW.dtype;
        var master = group.Up_FDW.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        path ??= Of(x_TD.device_type, master, type);
        return path.Run(dispatch, group.To(master), x_TD.to(master), weights_TK?.to(master), type);
    }

    /// <summary>The fastest path for parameters of a type, on a device, with matmuls of a type.</summary>
    public static ExpertPath Of(DeviceType device, ScalarType master, ScalarType compute) => device switch
    {
        DeviceType.CPU when master == ScalarType.Float32 && CpuKernels.Detected is { } kernels && kernels.For(compute) is not null =>
            new CpuPath(kernels),
        DeviceType.CUDA when master == ScalarType.Float32 && DispatcherGroupedMatmul.Found is { } matmul => new DevicePath(matmul),
        _ => new PortablePath(),
    };
}
