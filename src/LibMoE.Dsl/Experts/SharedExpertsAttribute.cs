using System.ComponentModel;

namespace LibMoE;

/// <summary>What every <c>[SharedExperts&lt;T&gt;]</c> says of its weight, whatever the kind of its experts.</summary>
public abstract class SharedExpertsAttribute : ExpertGroupAttribute
{
    private protected SharedExpertsAttribute(int count, Type kind)
        : base(count, kind)
    {
    }

    /// <summary>The constant weight of the shared output.</summary>
    [DefaultValue(1.0)]
    public double Scale { get; init; } = 1;

    /// <summary>Weighs the shared output by sigmoid(⟨g, x⟩) with a learned g in R^D, instead of by <see cref="Scale"/>.</summary>
    [DefaultValue(false)]
    public bool Gated { get; init; }

    /// <summary>
    /// Weighs each shared expert by the router, in one sum with the picks I: with s_j = s(⟨w_j, x⟩) of a row w_j of its own
    /// (<c>router.shared</c> [J, D]), w_i = Scale·s_i/(Σ_I s + Σ_j s_j) for picks and shared experts alike, with the gate's Scale (Inkling,
    /// Thinking Machines 2026). It needs a gate that scores each expert on its own and divides by the sum.
    /// </summary>
    [DefaultValue(false)]
    public bool InRouterSum { get; init; }

    /// <summary>
    /// Mixes routed and shared output by a learned softmax, y = c₀·routed + c₁·shared, (c₀, c₁) = softmax(x·V + v), with <c>shared.mix</c>
    /// [D, 2] and <c>shared.mix_bias</c> [2] (Klear, Kuaishou 2025).
    /// </summary>
    [DefaultValue(false)]
    public bool Mixed { get; init; }
}

/// <summary>
/// Adds <paramref name="count"/> experts that every token uses besides its routed ones (DeepSeekMoE, Dai et al. 2024):
/// y = Scale·Σ_j f_j(x) + routed, or sigmoid(⟨g, x⟩)·Σ_j f_j(x) + routed when <see cref="SharedExpertsAttribute.Gated"/> (Qwen2-MoE); see
/// <see cref="SharedExpertsAttribute.InRouterSum"/> and <see cref="SharedExpertsAttribute.Mixed"/> for weights that follow the token.
/// The experts are computed as one FFN of width count·Hidden, with one bias of each projection where <see
/// cref="ExpertGroupAttribute.Bias"/>.
/// </summary>
/// <typeparam name="TExpert">An FFN kind; zero-compute kinds cannot be shared.</typeparam>
/// <param name="count">How many experts, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SharedExpertsAttribute<TExpert>(int count) : SharedExpertsAttribute(count, typeof(TExpert))
    where TExpert : IExpert;
