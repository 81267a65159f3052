using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The parameters of F experts of one kind, with the type their matmuls are computed in.</summary>
internal sealed class ExpertGroup(
    Activation activation, Tensor up_FDH, Tensor down_FHD, Tensor? upBias_FH, Tensor? downBias_FD, ScalarType? compute)
{
    public Activation Activation { get; } = activation;

    public Tensor Up_FDH { get; } = up_FDH;

    public Tensor Down_FHD { get; } = down_FHD;

    public Tensor? UpBias_FH { get; } = upBias_FH;

    public Tensor? DownBias_FD { get; } = downBias_FD;

    public ScalarType Compute { get; } = compute ?? up_FDH.dtype;

    public int Experts => (int)Up_FDH.shape[0];
}
