using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Loss-free balancing (Wang et al. 2024; DeepSeek-V3).</summary>
public static class LossFree
{
    /// <summary>s + b: what picks are made by; weights are made of s alone.</summary>
    /// <param name="scores_TE">Router scores, [T, E].</param>
    /// <param name="bias_E">b, [E].</param>
    /// <returns>[T, E].</returns>
    public static Tensor Selection(Tensor scores_TE, Tensor bias_E) => scores_TE.Plus(bias_E);

    /// <summary>b_e += rate·sign(mean n − n_e), in place.</summary>
    /// <param name="bias_E">b, [E].</param>
    /// <param name="picks_E">n: the step's picks per expert, [E].</param>
    /// <param name="rate">The step of the bias.</param>
    public static void Update(Tensor bias_E, Tensor picks_E, double rate)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var counts_E = picks_E.to(bias_E.dtype, bias_E.device);
        bias_E.add_((counts_E.mean() - counts_E).sign().Times(rate), Scalars.One);
    }
}
