namespace LibMoE.Runtime.Tests.Models.Merging;

/// <summary>Each token goes to all experts.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 4)]
public sealed partial class MergedAll;

/// <summary>The same with biases and without a gate projection.</summary>
[MoeLayer, Experts<Gelu>(3, Hidden = 8, Bias = true), SoftmaxGate(TopK = 3)]
public sealed partial class MergedBiases;

/// <summary>Shared experts beside them, at twice their output.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 4), SharedExperts<SwiGlu>(1, Hidden = 16, Scale = 2)]
public sealed partial class MergedShared;

/// <summary>Two of four.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 24), SoftmaxGate(TopK = 2)]
public sealed partial class MergedPicks;

/// <summary>Experts that no dense FFN can be.</summary>
[MoeLayer, Experts<Relu>(2, Hidden = 8), Experts<SwiGlu>(2, Hidden = 8), SoftmaxGate(TopK = 2)]
public sealed partial class MergedGroups;

/// <summary>Experts of another kind than the model's.</summary>
[MoeLayer, Experts<Relu>(4, Hidden = 8), SoftmaxGate(TopK = 2)]
public sealed partial class MergedOtherKind;

/// <summary>Shared experts that each token weighs.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SharedExperts<SwiGlu>(1, Hidden = 8, Gated = true)]
public sealed partial class MergedGated;
