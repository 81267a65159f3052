using LibMoE.Runtime.Kernels.Backbone;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The way of tokens into the latent space that routed experts work in, and of their weighted sum out of it.</summary>
public static class LatentExperts
{
    private const double Epsilon = 1e-6;

    /// <summary>z = x·A.</summary>
    /// <param name="x_TD">Tokens of any floating type, [T, D].</param>
    /// <param name="down_DL">A, [D, L].</param>
    /// <param name="compute">The type of the matmul; null: that of the parameter.</param>
    /// <returns>[T, L] in the type of <paramref name="x_TD"/>.</returns>
    public static Tensor Down(Tensor x_TD, Tensor down_DL, ScalarType? compute = null) => Multiply(x_TD, down_DL, compute);

    /// <summary>y = v·B, or (v·r ⊙ n)·B with r = 1/√(mean(v²) + 1e-6).</summary>
    /// <param name="sum_TL">v: the weighted sum of the picked experts' outputs, [T, L].</param>
    /// <param name="up_LD">B, [L, D].</param>
    /// <param name="compute">The type of the matmul; null: that of the parameter.</param>
    /// <param name="norm_L">n, [L]; null leaves the norm out.</param>
    /// <returns>[T, D] in the type of <paramref name="sum_TL"/>.</returns>
    public static Tensor Up(Tensor sum_TL, Tensor up_LD, ScalarType? compute = null, Tensor? norm_L = null) =>
        Multiply(norm_L is null ? sum_TL : RmsNorm.Run(sum_TL, norm_L.to(sum_TL.dtype), Epsilon), up_LD, compute);

    private static Tensor Multiply(Tensor x, Tensor weight, ScalarType? compute)
    {
        var type = compute ?? weight.dtype;
        return LinearProduct.Run(x.to(type), weight.to(type).t()).to(x.dtype);
    }
}
