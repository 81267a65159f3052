using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Optimizer;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) for all parameters of a model in one pass over memory:
/// θ ← θ·(1 − η·λ); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ ← θ − η·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
/// </summary>
/// <remarks>It holds no state: the caller keeps moments and steps, in whatever form its checkpoints need.</remarks>
public static class FusedAdamW
{
    /// <summary>
    /// The Euclidean norm of all gradients together, for clipping. The sum is float64 and always in the same order; on the CPU float32 sums
    /// over at most 256 numbers enter it where their squares are within float32, so that it is exact to 1e-7 for gradients of any size.
    /// </summary>
    /// <param name="gradients">Gradients of any shapes, [..].</param>
    public static double Norm(IReadOnlyList<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (CpuKernels.Detected is { } kernels && gradients.All(CpuAdamW.Takes))
        {
            return CpuAdamW.Norm(kernels, gradients);
        }

        return gradients.Count == 0
            ? 0
            : Math.Sqrt(stack(gradients.Select(g => g.to(ScalarType.Float64).Squared().sum().cpu())).sum().item<double>());
    }

    /// <summary>Updates every parameter.</summary>
    /// <param name="updates">The parameters, each with its gradient and state.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="gradientScale">Multiplies every g before it is used: the factor that clipping gives, without writing the
    /// gradients again.</param>
    public static void Apply(
        IReadOnlyList<AdamWUpdate> updates, double learningRate, double beta1, double beta2, double epsilon, double gradientScale = 1)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rates = new AdamWRates(learningRate, beta1, beta2, epsilon, gradientScale);
        var kernels = CpuKernels.Detected;
        bool OnCpu(AdamWUpdate update) => kernels is not null && CpuAdamW.Takes(update);
        var here = updates.Where(OnCpu).ToList();
        if (here.Count > 0)
        {
            CpuAdamW.Apply(kernels!, here, rates);
        }

        foreach (var update in here.Count == updates.Count ? [] : updates.Where(update => !OnCpu(update)))
        {
            PortableAdamW.Apply(update, rates);
        }
    }
}
