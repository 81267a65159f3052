using System.ComponentModel;

namespace LibMoE;

/// <summary>What every <c>[Experts&lt;T&gt;]</c> and <c>[SharedExperts&lt;T&gt;]</c> has in common.</summary>
public abstract class ExpertGroupAttribute : Attribute
{
    private protected ExpertGroupAttribute(int count, Type kind) => (Count, Kind) = (count, kind);

    /// <summary>How many experts the group has; at least 1.</summary>
    public int Count { get; }

    /// <summary>The expert kind.</summary>
    public Type Kind { get; }

    /// <summary>Hidden width of each expert; 0 (the default) takes the width that the model gives its FFNs.</summary>
    [DefaultValue(0)]
    public int Hidden { get; init; }

    /// <summary>Adds a bias to the projections into and out of the hidden width.</summary>
    [DefaultValue(false)]
    public bool Bias { get; init; }

    /// <summary>
    /// L of SwiGlu experts, above 0, or 0 (the default) for none: the gate is clamped from above only, min(g, L), the up projection from
    /// both sides, to [−L, L]. A number at a bound still passes its gradient, one beyond it none. gpt-oss has 7, DeepSeek-V4 10.
    /// </summary>
    [DefaultValue(0.0)]
    public double Limit { get; init; }

    /// <summary>β of SwiGlu experts, above 0: the gate's activation is φ(g) = g·σ(β·g); 1 is SiLU. gpt-oss has 1.702.</summary>
    [DefaultValue(1.0)]
    public double Slope { get; init; } = 1;

    /// <summary>What SwiGlu experts add to the up projection after its clamp: φ(g) ⊙ (u + UpOffset). gpt-oss has 1.</summary>
    [DefaultValue(0.0)]
    public double UpOffset { get; init; }

    /// <summary>Clamps the gate behind its activation, min(φ(g), L), as Step-3.5 does, instead of before it, φ(min(g, L)).</summary>
    [DefaultValue(false)]
    public bool ClampAfterActivation { get; init; }
}

/// <summary>What every <c>[Experts&lt;T&gt;]</c> says, whatever the kind of its experts.</summary>
public abstract class ExpertsAttribute : ExpertGroupAttribute
{
    private protected ExpertsAttribute(int count, Type kind)
        : base(count, kind)
    {
    }
}

/// <summary>
/// Adds <paramref name="count"/> routed experts. Repeatable: kinds and widths may be mixed, FFN experts take the first routable slots
/// in declaration order, zero-compute ones the last.
/// </summary>
/// <typeparam name="TExpert">The expert kind, such as <see cref="SwiGlu"/>, <see cref="Relu"/> or <see cref="Zero"/>.</typeparam>
/// <param name="count">How many experts, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ExpertsAttribute<TExpert>(int count) : ExpertsAttribute(count, typeof(TExpert))
    where TExpert : IExpert;
