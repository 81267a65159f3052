using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Chooses how a call is computed: by what the parameters are, where they live and what this machine can do.</summary>
internal static class ExpertPath
{
    /// <summary>The outputs of a dispatch, float32 (float64 in a float64 layer).</summary>
    public static Tensor Compute(
        Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType? compute, CpuKernels? kernels = null)
    {
        group.Check();
        var type = compute ?? group.Up_FDW.dtype;
        var master = group.Up_FDW.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        group = group.To(master);
        x_TD = x_TD.to(master);
        weights_TK = weights_TK?.to(master);
        kernels ??= CpuKernels.Detected;
        return x_TD.device_type == DeviceType.CPU && master == ScalarType.Float32 && kernels?.For(type) is { } set
            ? FusedExperts.Compute(new FusedCall(kernels.Torch, set, dispatch, group), group, x_TD, weights_TK)
            : PortableExperts.Compute(dispatch, group, x_TD, weights_TK, type);
    }
}
