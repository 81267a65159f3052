using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The scores of <see cref="SqrtSoftplusGateAttribute"/>, by their logarithms: for l far below 0, softplus(l) = eˡ leaves the type long
/// before its root does, and the root's own gradient would be 1/0 there.
/// </summary>
public static class SqrtSoftplus
{
    /// <summary>Below it ln(1 + eˡ) is eˡ to the last digit of float64, and its logarithm l.</summary>
    private const double Tail = -40;

    /// <summary>s = √softplus(l).</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <returns>[T, E].</returns>
    public static Tensor Scores(Tensor logits_TE) => Logarithm(logits_TE).exp();

    /// <summary>ln s = ln(softplus(l))/2.</summary>
    internal static Tensor Logarithm(Tensor logits)
    {
        var inside = logits.AtLeast(Tail);
        return where(logits.IsBelow(Tail), logits, inside.Softplus().log()).Times(0.5);
    }
}
