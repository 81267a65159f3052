using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Steers the L1 coefficient of ReMoE (Wang et al. 2024, section 3.3) towards a target sparsity.</summary>
public static class ReluSparsity
{
    /// <summary>λ at the first step.</summary>
    public const double Start = 1e-8;

    private const double Factor = 1.2;

    // Normal float32 numbers: at 0 or infinity no factor would ever move λ again.
    private static readonly Scalar Least = 1e-37.ToScalar();
    private static readonly Scalar Most = 1e37.ToScalar();

    /// <summary>
    /// λ ← λ·1.2^sign(target − inactive fraction), in place and within 1e-37 … 1e37: λ moves on a logarithmic scale that has ends, from
    /// which it comes back. A λ of 0, as files of earlier versions may hold it, starts again at the lower end.
    /// </summary>
    /// <param name="l1_1">λ, [1].</param>
    /// <param name="picks_E">The step's picks per expert, [E].</param>
    /// <param name="tokens">How many tokens made them.</param>
    /// <param name="target">The inactive fraction to reach.</param>
    /// <exception cref="ArgumentNullException">The number of tokens is missing.</exception>
    public static void Steer(Tensor l1_1, Tensor picks_E, long? tokens, double target)
    {
        if (tokens is not { } count)
        {
            throw new ArgumentNullException(
                nameof(tokens), "A ReLU gate needs the number of tokens of the step: call AfterOptimizerStep(picks_E, tokens).");
        }

        if (count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var inactive = 1 - picks_E.sum().item<long>() / (double)(count * picks_E.shape[0]);
        l1_1.Scale(Math.Pow(Factor, Math.Sign(target - inactive)));
        l1_1.clamp_(Least, Most);
    }
}
