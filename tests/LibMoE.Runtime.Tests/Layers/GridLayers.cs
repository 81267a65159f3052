namespace LibMoE.Runtime.Tests.Layers;

// Every gate of the field's first comparison with every FFN kind, with and without shared experts; widths come from the shapes.
[MoeLayer, Experts<Relu>(5), SoftmaxGate(TopK = 2), SwitchBalance(0.1), RouterZLoss(0.01)]
public sealed partial class SoftmaxRelu;

[MoeLayer, Experts<Gelu>(4, Hidden = 7), SharedExperts<Gelu>(1), SoftmaxGate(TopK = 3), SwitchBalance(0.1)]
public sealed partial class SoftmaxGeluShared;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, Hidden = 3), SoftmaxGate(TopK = 2), SwitchBalance(0.1), RouterZLoss(0.01)]
public sealed partial class SoftmaxSwiGluShared;

[MoeLayer, Experts<Relu>(4), SharedExperts<Relu>(1), SigmoidGate(TopK = 2), SwitchBalance(0.1)]
public sealed partial class SigmoidReluShared;

[MoeLayer, Experts<Gelu>(5), SigmoidGate(TopK = 2, Normalize = false, Scale = 2.5), RouterZLoss(0.01)]
public sealed partial class SigmoidGelu;

[MoeLayer, Experts<SwiGlu>(6, Hidden = 9), SigmoidGate(TopK = 3), SwitchBalance(0.1)]
public sealed partial class SigmoidSwiGlu;

[MoeLayer, Experts<Relu>(4), CosineGate(TopK = 2, Temperature = 0.3), SwitchBalance(0.1)]
public sealed partial class CosineRelu;

[MoeLayer, Experts<Gelu>(4), CosineGate(TopK = 2, LearnTemperature = true), RouterZLoss(0.1)]
public sealed partial class CosineGelu;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1), CosineGate(TopK = 1, Normalize = false), SwitchBalance(0.1)]
public sealed partial class CosineSwiGluShared;

[MoeLayer, Experts<Relu>(5), SharedExperts<Relu>(2), PerturbedCosineGate(TopK = 2), SwitchBalance(0.1)]
public sealed partial class PerturbedReluShared;

[MoeLayer, Experts<Gelu>(4), PerturbedCosineGate(TopK = 2, Noise = 0.5), RouterZLoss(0.01)]
public sealed partial class PerturbedGelu;

[MoeLayer, Experts<SwiGlu>(4), PerturbedCosineGate(TopK = 3), SwitchBalance(0.1)]
public sealed partial class PerturbedSwiGlu;

[MoeLayer, Experts<Relu>(4), HyperGate(8, TopK = 2), SwitchBalance(0.1)]
public sealed partial class HyperRelu;

[MoeLayer, Experts<Gelu>(3), SharedExperts<Gelu>(1), HyperGate(4, TopK = 1, Normalize = false), RouterZLoss(0.01)]
public sealed partial class HyperGeluShared;

[MoeLayer, Experts<SwiGlu>(5), HyperGate(8, TopK = 3), SwitchBalance(0.1), RouterZLoss(0.01)]
public sealed partial class HyperSwiGlu;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 1, Normalize = false), SwitchBalance(0.1)]
public sealed partial class OnePickSoftmax;

#pragma warning disable MOE101 // A constant weight is what this one is about.
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 1), SwitchBalance(0.1)]
public sealed partial class OnePickNormalised;
#pragma warning restore MOE101

[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 1, Normalize = false)]
public sealed partial class OnePickSigmoid;

[MoeLayer, Experts<SwiGlu>(3), SoftmaxGate(TopK = 3), SwitchBalance(0.1)]
public sealed partial class EveryExpertSoftmax;

[MoeLayer, Experts<Relu>(3), SigmoidGate(TopK = 3), SwitchBalance(0.1)]
public sealed partial class EveryExpertSigmoid;

[MoeLayer, Experts<Gelu>(16), SoftmaxGate(TopK = 2, RouterBias = true), SwitchBalance(0.1)]
public sealed partial class ManyExperts;
