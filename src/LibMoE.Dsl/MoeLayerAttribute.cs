namespace LibMoE;

/// <summary>
/// Marks a partial class as a mixture-of-experts layer. The rest of the declaration is one gate, at least one
/// <see cref="ExpertsAttribute{TExpert}"/>, and any number of balancing terms; the source generator checks it and writes the class.
/// </summary>
/// <example>
/// <code>
/// [MoeLayer, Experts&lt;SwiGlu&gt;(8, Hidden = 352), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001)]
/// public sealed partial class Smoe;
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MoeLayerAttribute : Attribute;
