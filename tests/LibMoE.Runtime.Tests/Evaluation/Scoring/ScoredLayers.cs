namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2, InitStd = 0.5)]
internal sealed partial class ScoredSmoe;

[MoeLayer, Experts<Relu>(4), HashGate]
internal sealed partial class ScoredHash;

[MoeLayer, Experts<SwiGlu>(6), Experts<Zero>(1), ResidualGate(InitStd = 0.5)]
internal sealed partial class ScoredResidual;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(InitStd = 0.5), Capacity(1)]
internal sealed partial class ScoredCapacity;

#pragma warning disable MOE104, MOE105, MOE103, MOE102, MOE101
[MoeLayer, Experts<SwiGlu>(4), ExpertChoiceGate(1)]
internal sealed partial class ScoredExpertChoice;

[MoeLayer, Experts<SwiGlu>(4), SoftSlotsGate(1)]
internal sealed partial class ScoredSlots;
#pragma warning restore MOE104, MOE105, MOE103, MOE102, MOE101

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(TopK = 2, InitStd = 0.5)]
internal sealed partial class ScoredSigmoid;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 3, InitStd = 0.5)]
internal sealed partial class ScoredTop3;
