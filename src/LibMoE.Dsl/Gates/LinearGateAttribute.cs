using System.ComponentModel;

namespace LibMoE;

/// <summary>A picking gate whose logits are l = x·Wᵀ, one for each expert, and whose scores follow from them.</summary>
public abstract class LinearGateAttribute : TopKGateAttribute
{
    /// <summary>
    /// c: bounds the logits by l ← c·tanh(l/c), before scores and picks are made of them, so that no expert outweighs the others without
    /// end (Grok-1 as vLLM serves it has 30; Laguna). 0 (the default) leaves them as they are.
    /// </summary>
    [DefaultValue(0.0)]
    public double LogitCap { get; init; }

    /// <summary>
    /// Multiplies the weight of a pick by a learned scale of its expert, <c>router.expert_scale</c> [E], which starts at 1 (Gemma 4; Pangu
    /// Pro MoE, Tang et al. 2025): w_i = a_i·Scale·s_i/Σ_I s, or a_i·Scale·s_i.
    /// </summary>
    [DefaultValue(false)]
    public bool ExpertScale { get; init; }

    /// <summary>
    /// Multiplies what an expert reads by its weight instead of what it gives: y = Σ_{i∈I} f_i(w_i·x) (Llama 4). Through a gated or biased
    /// expert that is another function.
    /// </summary>
    [DefaultValue(false)]
    public bool WeighInput { get; init; }

    /// <summary>Leaves picks of <see cref="Zero"/> experts out of the weights: they weigh 0, and w_i = Scale·s_i/Σ over the other picks, so
    /// that a token which picks fewer experts weighs them no less (AdaMoE, Zeng et al. 2024).</summary>
    [DefaultValue(false)]
    public bool SkipZero { get; init; }

    /// <summary>
    /// Makes picks of a balanced assignment in training: exp(l) is scaled by rows and columns until tokens and experts have even sums
    /// (Sinkhorn 1964; BASE, Lewis et al. 2021; Megatron). Weights are made of s as ever, and evaluation picks the largest s.
    /// </summary>
    [DefaultValue(false)]
    public bool Sinkhorn { get; init; }
}
