using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cuda;

/// <summary>The one operation of the device path that libtorch has only for devices: a matmul per run of rows.</summary>
internal interface IGroupedMatmul
{
    /// <summary>y[n, :] = a[n, :]·b[f, :, :] for the rows n in [offsets[f − 1], offsets[f]).</summary>
    /// <param name="a_ND">[N, D], sorted by f.</param>
    /// <param name="b_FDW">[F, D, W].</param>
    /// <param name="offsets_F">int32 [F] on the device: where the rows of each f end.</param>
    /// <returns>[N, W]; rows from offsets[F − 1] on hold anything.</returns>
    Tensor Multiply(Tensor a_ND, Tensor b_FDW, Tensor offsets_F);
}
