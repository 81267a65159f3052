namespace LibMoE.Runtime;

/// <summary>The parts of a model that a member of a federation keeps to itself; all others are shared.</summary>
[Flags]
public enum LocalParts
{
    /// <summary>Everything is shared.</summary>
    None = 0,

    /// <summary>Routers: parameters with the word <c>router</c> in their name. Experts are shared, who uses them is each
    /// member's.</summary>
    Router = 1,

    /// <summary>Routed experts: parameters with the word <c>experts</c> in their name.</summary>
    Experts = 2,

    /// <summary>Offsets: parameters whose name ends in the word <c>bias</c>. They carry how often each class is at one member.</summary>
    Bias = 4,
}
