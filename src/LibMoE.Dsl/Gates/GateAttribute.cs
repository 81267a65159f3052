using System.ComponentModel;
using LibMoE.Runtime;

namespace LibMoE;

/// <summary>The gate of a layer: how tokens and experts find each other. A layer has exactly one.</summary>
public abstract class GateAttribute : Attribute;

/// <summary>A gate with a trained router that makes logits l from the tokens.</summary>
public abstract class RouterGateAttribute : GateAttribute
{
    /// <summary>ε: in training the router's input is multiplied by U(1−ε, 1+ε), elementwise (Fedus et al. 2022).
    /// 0 switches it off.</summary>
    [DefaultValue(0.0)]
    public double Jitter { get; init; }

    /// <summary>Adds a learned bias, initially 0, to the logits.</summary>
    [DefaultValue(false)]
    public bool RouterBias { get; init; }

    /// <summary>Standard deviation of the router's initial weights, N(0, InitStd).</summary>
    [DefaultValue(0.02)]
    public double InitStd { get; init; } = 0.02;
}

/// <summary>A gate by which every token picks the <see cref="TopK"/> experts of largest selection value.</summary>
public abstract class PickingGateAttribute : RouterGateAttribute
{
    /// <summary>K: how many experts a token picks, from 1 to the number of routable experts.</summary>
    [DefaultValue(2)]
    public int TopK { get; init; } = 2;

    /// <summary>A constant factor on the combine weights (DeepSeek-V3 uses 2.5).</summary>
    [DefaultValue(1.0)]
    public double Scale { get; init; } = 1;
}

/// <summary>A picking gate whose combine weights are scores: w_i = Scale·s_i, or Scale·s_i/Σ_I s when normalised
/// over the picks I.</summary>
public abstract class TopKGateAttribute : PickingGateAttribute
{
    /// <summary>Divides the weights by their sum over the picks. With TopK = 1 that makes every weight 1, and the router learns
    /// nothing from the task loss.</summary>
    [DefaultValue(true)]
    public bool Normalize { get; init; } = true;
}

/// <summary>A gate that may limit the picks of a token to a few groups of experts. How a group is valued, the gate says.</summary>
public abstract class GroupedGateAttribute : LinearGateAttribute
{
    /// <summary>Splits the experts into this many groups of equal size, in slot order; a token may pick from the best
    /// <see cref="TopGroups"/> groups only. 0 (the default) means no groups.</summary>
    [DefaultValue(0)]
    public int Groups { get; init; }

    /// <summary>How many groups a token may pick from.</summary>
    [DefaultValue(0)]
    public int TopGroups { get; init; }

    /// <summary>How groups are valued.</summary>
    [DefaultValue(GroupValue.Default)]
    public GroupValue GroupValue { get; init; } = GroupValue.Default;

    /// <summary>Selects outside the kept groups by 0 instead of not at all (−∞), as Hugging Face's deepseek_v3 and mlx do: an expert there
    /// is picked where a kept one's selection value is below 0, which a score bias can make it.</summary>
    [DefaultValue(false)]
    public bool MaskByZero { get; init; }

    /// <summary>
    /// p: a token picks the p experts of largest selection value in every group, so that TopK = Groups·p and every group has the same load
    /// (mixture of grouped experts, Pangu Pro MoE, Tang et al. 2025). 0 (the default) picks across the groups.
    /// </summary>
    [DefaultValue(0)]
    public int PicksPerGroup { get; init; }
}

/// <summary>
/// A gate of your own. Derive an attribute with its options from this class, and give <typeparamref name="TRouter"/> the runtime's
/// <c>IRouter&lt;TSelf, TOptions&gt;</c>; the generator re-creates the attribute and hands it to the router.
/// </summary>
/// <typeparam name="TRouter">The class that makes logits and scores.</typeparam>
public abstract class GateAttribute<TRouter> : TopKGateAttribute
{
    /// <summary>
    /// Whether a token's logits and scores follow from that token alone, whatever other tokens the call has: true for every function of
    /// one row, false where rows meet, as in a mean over the call. Override it. A gate that does not say (null, the default) trains, but
    /// is not evaluated, since its scores could depend on the batch.
    /// </summary>
    public virtual bool? RoutesTokensAlone => null;
}
