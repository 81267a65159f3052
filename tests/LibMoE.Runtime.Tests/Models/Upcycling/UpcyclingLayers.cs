namespace LibMoE.Runtime.Tests.Models.Upcycling;

// A single normalised pick weighs 1, which is what an exact copy needs.
#pragma warning disable MOE101
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 1)]
public sealed partial class FourTop1;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 1)]
public sealed partial class EightTop1;
#pragma warning restore MOE101

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class FourTop2;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2)]
public sealed partial class EightTop2;

/// <summary>The same layer with a balancing term, which changes no output.</summary>
[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class EightTop2Balanced;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(TopK = 2)]
public sealed partial class EightSigmoid;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SoftmaxGate(TopK = 8)]
public sealed partial class EightPieces;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SoftmaxGate(TopK = 4)]
public sealed partial class EightPiecesTop4;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1), SoftmaxGate(TopK = 2)]
public sealed partial class WithShared;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, Scale = 0.5), SoftmaxGate(TopK = 2, Scale = 0.5)]
public sealed partial class WithSharedHalves;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, Gated = true), SoftmaxGate(TopK = 2)]
public sealed partial class WithSharedGate;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, Mixed = true), SoftmaxGate(TopK = 2)]
public sealed partial class WithSharedMix;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, ExpertScale = true, LogitCap = 5)]
public sealed partial class WithExpertScale;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, InRouterSum = true), SigmoidGate(TopK = 2)]
public sealed partial class WithSharedInSum;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, WeighInput = true)]
public sealed partial class WithWeighedInput;

/// <summary>Halves of the FFN of stories260K, which is 172 wide.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 86), SoftmaxGate(TopK = 8)]
public sealed partial class StoryHalves;

/// <summary>Its quarters, of which a token picks four of eight.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 43), SigmoidGate(TopK = 4)]
public sealed partial class StoryQuarters;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), Experts<Zero>(1), SoftmaxGate(TopK = 2)]
public sealed partial class PiecesAndZero;

[MoeLayer, Experts<SwiGlu>(8), XMoeGate(4, TopK = 2)]
public sealed partial class ProjectedRouter;

[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), ResidualGate(TopK = 4)]
public sealed partial class ResidualPieces;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class Unnormalised;

[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 2, Normalize = false)]
public sealed partial class UnnormalisedSigmoid;

[MoeLayer, Experts<Relu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class ReluExperts;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 7), SoftmaxGate(TopK = 2)]
public sealed partial class WrongWidth;
