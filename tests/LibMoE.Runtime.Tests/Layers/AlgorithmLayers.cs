namespace LibMoE.Runtime.Tests.Layers;

// The remaining gates.
[MoeLayer, Experts<SwiGlu>(6), XMoeGate(3, TopK = 2), SwitchBalance(0.1)]
public sealed partial class XMoeLayer;

[MoeLayer, Experts<Relu>(5), NoisyTopKGate(TopK = 2), ImportanceBalance(0.1), LoadBalance(0.1)]
public sealed partial class NoisyLayer;

[MoeLayer, Experts<Relu>(5), NoisyTopKGate(TopK = 2), SwitchBalance(0.1), SequenceBalance(0.1)]
public sealed partial class NoisyBalancedLayer;

[MoeLayer, Experts<SwiGlu>(5), ReluGate(0.6), SwitchBalance(0.1), SharedExperts<SwiGlu>(1)]
public sealed partial class ReluGateLayer;

[MoeLayer, Experts<Gelu>(4), TernaryGate(TopK = 3, Reward = 0.2), SwitchBalance(0.1)]
public sealed partial class TernaryLayer;

[MoeLayer, Experts<SwiGlu>(4), ResidualGate(TopK = 2), SwitchBalance(0.1)]
public sealed partial class ResidualLayer;

[MoeLayer, Experts<SwiGlu>(4), ExpertChoiceGate(1.5)]
public sealed partial class ExpertChoiceLayer;

[MoeLayer, Experts<SwiGlu>(5), HashGate(TopK = 2, Seed = 3)]
public sealed partial class HashLayer;

[MoeLayer, Experts<SwiGlu>(3), SoftSlotsGate(2), SharedExperts<SwiGlu>(1)]
public sealed partial class SoftSlotsLayer;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 3, Groups = 4, TopGroups = 2, Normalize = false, Scale = 4), SequenceBalance(0.1)]
public sealed partial class GroupedSoftmaxLayer;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5), BiasBalance(0.01), SequenceBalance(0.1)]
public sealed partial class GroupedSigmoidLayer;

[MoeLayer, Experts<SwiGlu>(5), SoftmaxGate(TopK = 2, RouterBias = true, Jitter = 0.1), BiasBalance(0.01)]
public sealed partial class LossFreeLayer;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 1)]
public sealed partial class OneGroupLayer;

// Experts of several kinds.
[MoeLayer, Experts<Relu>(3), Experts<Zero>(1), Experts<Copy>(2), Experts<Constant>(2), ResidualGate(TopK = 2), HeterogeneousBalance(0.1)]
public sealed partial class ZeroComputeLayer;

[MoeLayer, Experts<ReluSquared>(2, Bias = true), Experts<GeGlu>(3, Hidden = 4, Bias = true), SoftmaxGate(TopK = 2), SwitchBalance(0.1)]
public sealed partial class MixedLayer;

[MoeLayer, Experts<Gelu>(4, Bias = true), SharedExperts<Gelu>(1, Scale = 0.5), SigmoidGate(TopK = 2)]
public sealed partial class BiasedLayer;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, Gated = true), SoftmaxGate(TopK = 2, Normalize = false)]
public sealed partial class GatedSharedLayer;

// Capacity and dropout.
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), Capacity(0.75), SwitchBalance(0.1), ImportanceBalance(0.1)]
public sealed partial class DroppingLayer;

[MoeLayer, Experts<Relu>(4), SoftmaxGate(TopK = 1, Normalize = false), Capacity(1, Overflow = Overflow.Pad), SwitchBalance(0.1)]
public sealed partial class PaddingLayer;

[MoeLayer, Experts<Relu>(4), SoftmaxGate(TopK = 2), ExpertDropout(0.2), SwitchBalance(0.1)]
public sealed partial class DropoutLayer;

// Every balancing term.
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.1), SequenceBalance(0.2), Top1Balance(0.3), EntropyBalance(0.1)]
[EntropyBalance(0.2, Over = Over.Sequence), EntropyBalance(0.3, Over = Over.Batch), RouterZLoss(0.1), RouterZLoss(0.2)]
[ImportanceBalance(0.1)]
public sealed partial class ManyTermsLayer;

[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 2), SequenceBalance(0.2), Top1Balance(0.3), EntropyBalance(0.1), DiversityLoss(0.5)]
public sealed partial class SigmoidTermsLayer;

[MoeLayer, Experts<Relu>(3), Experts<Copy>(2), Experts<Zero>(1), SoftmaxGate(TopK = 3), DiversityLoss(0.5)]
public sealed partial class DiverseLayer;

[MoeLayer, Experts<Gelu>(4, Bias = true), SoftmaxGate(TopK = 3), Capacity(0.75), DiversityLoss(0.5)]
public sealed partial class DroppingDiverseLayer;
