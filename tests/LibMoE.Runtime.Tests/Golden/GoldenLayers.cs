namespace LibMoE.Runtime.Tests.Golden;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.1), RouterZLoss(0.01), EntropyBalance(0.3, Over = Over.Batch)]
public sealed partial class GoldenSoftmax;

[MoeLayer, Experts<Relu>(5), SigmoidGate(TopK = 2), SequenceBalance(0.2)]
public sealed partial class GoldenSigmoid;

[MoeLayer, Experts<Gelu>(4), CosineGate(TopK = 2, Temperature = 0.7), SwitchBalance(0.1)]
public sealed partial class GoldenCosine;

[MoeLayer, Experts<SwiGlu>(4), PerturbedCosineGate(TopK = 2, Noise = 0.1), SwitchBalance(0.1)]
public sealed partial class GoldenPerturbedCosine;

[MoeLayer, Experts<SwiGlu>(4), HyperGate(8, TopK = 2), SwitchBalance(0.1)]
public sealed partial class GoldenHyper;

[MoeLayer, SharedExperts<SwiGlu>(2, Hidden = 2), Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)]
public sealed partial class GoldenShared;

[MoeLayer, Experts<Relu>(4), XMoeGate(2, TopK = 2)]
public sealed partial class GoldenXMoe;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 2, Scale = 2), BiasBalance(0.001), SequenceBalance(0.1)]
public sealed partial class GoldenGroupsAndBias;

[MoeLayer, Experts<Relu>(3), Experts<Zero>(1), Experts<Copy>(1), Experts<Constant>(1), SoftmaxGate(TopK = 2), Top1Balance(0.1)]
public sealed partial class GoldenZeroCompute;

[MoeLayer, Experts<GeGlu>(4), SoftmaxGate(TopK = 1, Normalize = false), EntropyBalance(0.1)]
public sealed partial class GoldenSwitch;
