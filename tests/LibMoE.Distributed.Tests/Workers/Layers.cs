namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Switch balance over the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class SwitchMoe;

/// <summary>The same with each rank's own part.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01, PerRank = true)]
public sealed partial class PerRankMoe;

/// <summary>A shared expert, loss-free balancing, balance per sequence.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SharedExperts<SwiGlu>(1, Hidden = 48), SigmoidGate(TopK = 2), BiasBalance(0.001)]
[SequenceBalance(0.0001)]
public sealed partial class BiasMoe;

/// <summary>A term that is no mean, biases, a plain activation, z-loss.</summary>
[MoeLayer, Experts<Gelu>(8, Hidden = 48, Bias = true), SoftmaxGate(TopK = 2), ImportanceBalance(0.01), RouterZLoss(0.001)]
public sealed partial class ImportanceMoe;

/// <summary>Noise, and the smooth load of it.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), NoisyTopKGate(TopK = 2), LoadBalance(0.01), EntropyBalance(0.01, Over = Over.Batch)]
public sealed partial class NoisyMoe;

/// <summary>Noise on the router's input; its terms are means.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2, Jitter = 0.1), RouterZLoss(0.001)]
public sealed partial class JitterMoe;

/// <summary>Seats are counted per call.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), SwitchBalance(0.01, PerRank = true), Capacity(1.0)]
public sealed partial class CapacityMoe;

/// <summary>Picks of the step so far.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SoftmaxGate(TopK = 2), GlobalBatchBalance(0.01)]
public sealed partial class GlobalMoe;

/// <summary>A bias by quantiles.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), SigmoidGate(TopK = 2), BiasBalance(0.01, Update = BiasUpdate.Quantile)]
public sealed partial class QuantileMoe;

/// <summary>Varying numbers of picks, and a coefficient that follows them.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 48), ReluGate(0.75)]
public sealed partial class ReluMoe;
