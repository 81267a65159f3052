using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// s = softmax(l), l = x·Wᵀ; the K largest are picked (Shazeer et al. 2017; Switch and Mixtral use this form). With groups
/// (DeepSeek-V2): the value of a group is its largest selection value.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SoftmaxGateAttribute : TopKGateAttribute
{
    /// <summary>Splits the experts into this many groups of equal size, in slot order; a token may pick from the best
    /// <see cref="TopGroups"/> groups only. 0 (the default) means no groups.</summary>
    [DefaultValue(0)]
    public int Groups { get; init; }

    /// <summary>How many groups a token may pick from.</summary>
    [DefaultValue(0)]
    public int TopGroups { get; init; }
}
