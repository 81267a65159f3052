using LibMoE.Runtime.Kernels.Dispatching;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Portable;

/// <summary>libtorch operations alone: any device, any type, any build of libtorch.</summary>
internal sealed class PortablePath : ExpertPath
{
    public override Tensor Run(Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType compute) =>
        PortableExperts.Compute(dispatch, group, x_TD, weights_TK, compute);
}
