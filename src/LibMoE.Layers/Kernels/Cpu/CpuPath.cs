using LibMoE.Runtime.Kernels.Dispatching;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The fused kernels of this folder, for float32 parameters on the CPU.</summary>
internal sealed class CpuPath(CpuKernels kernels) : ExpertPath
{
    public override Tensor Run(Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType compute)
    {
        var set = kernels.For(compute)
            ?? throw new ArgumentException($"There are no CPU kernels for matmuls of {compute}.", nameof(compute));
        return FusedExperts.Compute(new FusedCall(kernels.Torch, set, dispatch, group), group, x_TD, weights_TK);
    }
}
