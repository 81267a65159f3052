namespace LibMoE;

/// <summary>
/// Router weights and biases come from a frozen hyper-network fed with a learned embedding: [W | b] = A₂·relu(A₁·e + b₁) + b₂, l =
/// x·Wᵀ + b, s = softmax(l) (HyperRouter, Do et al. 2023).
/// </summary>
/// <param name="embedding">m, the width of the learned embedding, a multiple of 4.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HyperGateAttribute(int embedding) : TopKGateAttribute
{
    /// <summary>m, the width of the learned embedding; the hyper-network has m/4 hidden units.</summary>
    public int Embedding { get; } = embedding;
}
