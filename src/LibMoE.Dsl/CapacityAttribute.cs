using System.ComponentModel;

namespace LibMoE;

/// <summary>What happens to picks beyond an expert's capacity.</summary>
public enum Overflow
{
    /// <summary>The pick keeps its place in the routing with weight 0; the surviving weights stay as they are.</summary>
    Drop,

    /// <summary>As <see cref="Drop"/>, and every expert is given exactly C rows, the missing ones zero.</summary>
    Pad,
}

/// <summary>Which picks of a full expert find a seat.</summary>
public enum CapacityBy
{
    /// <summary>All first picks before second ones, earlier tokens first (GShard, Lepikhin et al. 2021).</summary>
    Position,

    /// <summary>Those of largest combine weight, ties as by position (Megatron's policy "probs").</summary>
    Probability,
}

/// <summary>
/// Limits every expert to C = ceil(<paramref name="factor"/>·T·K/E) picks of the T tokens of a call. Which of them, <see cref="By"/>
/// says. Without this attribute no token is ever dropped.
/// </summary>
/// <param name="factor">The capacity factor, above 0; 1 leaves no slack.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CapacityAttribute(double factor) : Attribute
{
    /// <summary>The capacity factor.</summary>
    public double Factor { get; } = factor;

    /// <summary>What happens to picks beyond the capacity.</summary>
    [DefaultValue(Overflow.Drop)]
    public Overflow Overflow { get; init; } = Overflow.Drop;

    /// <summary>Which picks find a seat.</summary>
    [DefaultValue(CapacityBy.Position)]
    public CapacityBy By { get; init; } = CapacityBy.Position;
}
