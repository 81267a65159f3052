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
}

/// <summary>
/// Adds <paramref name="count"/> experts that every token uses besides its routed ones (DeepSeekMoE, Dai et al. 2024):
/// y = Scale·Σ_j f_j(x) + routed, or sigmoid(⟨g, x⟩)·Σ_j f_j(x) + routed when <see cref="SharedExpertsAttribute.Gated"/> (Qwen2-MoE).
/// The experts are computed as one FFN of width count·Hidden, with one bias of each projection where <see
/// cref="ExpertGroupAttribute.Bias"/>.
/// </summary>
/// <typeparam name="TExpert">An FFN kind; zero-compute kinds cannot be shared.</typeparam>
/// <param name="count">How many experts, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SharedExpertsAttribute<TExpert>(int count) : SharedExpertsAttribute(count, typeof(TExpert))
    where TExpert : IExpert;
