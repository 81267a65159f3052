using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// Marks a partial class as a mixture-of-experts layer. The rest of the declaration is one gate, at least one
/// <see cref="ExpertsAttribute{TExpert}"/>, and any number of balancing terms; the source generator checks it and writes the class.
/// </summary>
/// <remarks>
/// Where blocks of a model have different layers, the layer of certain blocks stands inside the one of the others and names its
/// <see cref="Blocks"/>. Both are one variant, which goes by the outer class's name.
/// </remarks>
/// <example>
/// <code>
/// [MoeLayer, Experts&lt;SwiGlu&gt;(8, Hidden = 352), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001)]
/// public sealed partial class Smoe;
///
/// [MoeLayer, Experts&lt;SwiGlu&gt;(256), SqrtSoftplusGate(TopK = 6), BiasBalance(0.001)]
/// public sealed partial class LearnedLate
/// {
///     [MoeLayer(Blocks = "0-2"), Experts&lt;SwiGlu&gt;(256), HashGate(TopK = 6)]
///     public sealed partial class First;
/// }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MoeLayerAttribute : Attribute
{
    /// <summary>
    /// The blocks of a model that have this layer, by their number from 0: <c>"0-2"</c>, <c>"0,3,5"</c>, <c>"3-"</c> (from 3 to the last),
    /// <c>"1-:2"</c> (every second from 1), or several of these with commas between. Null (the default): every block that no layer
    /// declared inside this one names. A block that no layer of a variant takes has a dense FFN.
    /// </summary>
    [DefaultValue(null)]
    public string? Blocks { get; init; }
}
