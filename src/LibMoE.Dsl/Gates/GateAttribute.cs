using System.ComponentModel;

namespace LibMoE;

/// <summary>The gate of a layer: how tokens and experts find each other. A layer has exactly one.</summary>
public abstract class GateAttribute : Attribute
{
    /// <summary>
    /// Whether a token is routed by what it is alone: the tokens beside it in the call, later ones among them, change nothing. A gate of
    /// your own whose router looks at other tokens overrides it with false; its model is then treated as one by which tokens see later
    /// ones (as expert choice and soft slots are): it has no probability of a next token, and no cache when it generates.
    /// </summary>
    public virtual bool RoutesTokensAlone => true;
}

/// <summary>A gate with a trained router that makes logits l from the tokens.</summary>
public abstract class RouterGateAttribute : GateAttribute
{
    /// <summary>ε: in training the router's input is multiplied by U(1−ε, 1+ε), elementwise (Fedus et al. 2022). 0 switches it off.</summary>
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

/// <summary>A picking gate whose combine weights are scores: w_i = Scale·s_i, or Scale·s_i/Σ_I s when normalised over the picks I.</summary>
public abstract class TopKGateAttribute : PickingGateAttribute
{
    /// <summary>Divides the weights by their sum over the picks. With TopK = 1 that makes every weight 1, and the router learns
    /// nothing from the task loss.</summary>
    [DefaultValue(true)]
    public bool Normalize { get; init; } = true;
}

/// <summary>
/// A gate of your own. Derive an attribute with its options from this class, and give <typeparamref name="TRouter"/> the runtime's
/// <c>IRouter&lt;TSelf, TOptions&gt;</c>; the generator re-creates the attribute and hands it to the router.
/// </summary>
/// <typeparam name="TRouter">The class that makes logits and scores.</typeparam>
public abstract class GateAttribute<TRouter> : TopKGateAttribute;
