using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// s = sigmoid(l), l = x·Wᵀ; the K largest are picked (σ-MoE, Csordás et al. 2023). With groups (DeepSeek-V3): the value of a group
/// is the sum of its two largest selection values, or its only one; outside the kept groups the selection value is −∞.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SigmoidGateAttribute : TopKGateAttribute
{
    /// <summary>Splits the experts into this many groups of equal size, in slot order; a token may pick from the best
    /// <see cref="TopGroups"/> groups only. 0 (the default) means no groups.</summary>
    [DefaultValue(0)]
    public int Groups { get; init; }

    /// <summary>How many groups a token may pick from.</summary>
    [DefaultValue(0)]
    public int TopGroups { get; init; }
}
