using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Cpu;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Root-mean-square normalisation (Zhang and Sennrich 2019) of the last dim: y = x·r ⊙ w, r = 1/√(mean(x²) + ε). In libtorch operations it
/// is five passes over memory forward and a dozen backward; the CPU kernel has one each.
/// </summary>
public static class RmsNorm
{
    /// <summary>Normalises. Types below float32 are normalised in float32: the sum of squares of a wide bfloat16 vector
    /// is too coarse.</summary>
    /// <param name="x">[.., D].</param>
    /// <param name="weight_D">w, [D].</param>
    /// <param name="epsilon">ε.</param>
    /// <returns>Of x's shape and type, [.., D].</returns>
    /// <exception cref="ArgumentException">The weight does not have the last dim of the input.</exception>
    public static Tensor Run(Tensor x, Tensor weight_D, double epsilon)
    {
        if (weight_D.dim() != 1 || weight_D.shape[0] != x.shape[^1])
        {
            throw new ArgumentException(
                $"The weight must be [{x.shape[^1]}], as the last dim of the input; it is [{string.Join(", ", weight_D.shape)}].",
                nameof(weight_D));
        }

        using var scope = NewDisposeScope();
        var fused = CpuKernels.Detected is { } kernels && x.device_type == DeviceType.CPU && x.numel() > 0
            && x.dtype == ScalarType.Float32 && weight_D.dtype == ScalarType.Float32
                ? FusedRmsNorm.Compute(kernels, x.contiguous(), weight_D.contiguous(), epsilon)
                : Portable(x, weight_D, epsilon);
        return fused.MoveToOuterDisposeScope();
    }

    /// <summary>The same in libtorch operations.</summary>
    internal static Tensor Portable(Tensor x, Tensor weight_D, double epsilon)
    {
        var wide = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? x.to(ScalarType.Float32) : x;
        var inverse = wide.Squared().mean([-1], keepdim: true).Plus(epsilon).rsqrt();
        return (wide * inverse).to(x.dtype) * weight_D;
    }
}
