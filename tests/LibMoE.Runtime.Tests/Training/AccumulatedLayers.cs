namespace LibMoE.Runtime.Tests.Training;

/// <summary>A layer without a term.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2)]
public sealed partial class AccumulatedTask;

/// <summary>A term that is a mean over tokens.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), RouterZLoss(0.3)]
public sealed partial class AccumulatedZLoss;

/// <summary>A term that is a mean over sequences.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SequenceBalance(0.3)]
public sealed partial class AccumulatedSequences;

/// <summary>A term that is a mean over sequences.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), Top1Balance(0.3)]
public sealed partial class AccumulatedTop1;

/// <summary>Terms that are means over tokens and over sequences.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), EntropyBalance(0.3), EntropyBalance(0.2, Over = Over.Sequence)]
public sealed partial class AccumulatedEntropy;

/// <summary>A term that is a mean over tokens.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), DiversityLoss(0.3)]
public sealed partial class AccumulatedDiversity;

/// <summary>A term of the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SwitchBalance(0.3)]
public sealed partial class BatchWideSwitch;

/// <summary>A term of the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), ImportanceBalance(0.3)]
public sealed partial class BatchWideImportance;

/// <summary>A term of the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), NoisyTopKGate(TopK = 2), LoadBalance(0.3)]
public sealed partial class BatchWideLoad;

/// <summary>A term of the whole batch.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), EntropyBalance(0.3, Over = Over.Batch)]
public sealed partial class BatchWideEntropy;

/// <summary>A bias that follows the counts of a step.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), BiasBalance(0.125)]
public sealed partial class AccumulatedBias;
