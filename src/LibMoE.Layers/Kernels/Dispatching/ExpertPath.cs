using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>One way to compute the outputs of a dispatch.</summary>
internal abstract class ExpertPath
{
    /// <summary>The outputs of a dispatch, in the type of the parameters, which all other inputs have too.</summary>
    public abstract Tensor Run(Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType compute);
}
