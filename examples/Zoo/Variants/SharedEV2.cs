namespace Zoo;

/// <summary>
/// LibMoE's SharedE-V2, language form (Nguyen et al. 2024, arXiv:2411.00918): 64 routed experts, two shared ones as one wide FFN.
/// </summary>
/// <remarks>Departs: initial scales are this library's.</remarks>
[MoeLayer, Experts<Relu>(64), SharedExperts<Relu>(2), SoftmaxGate(TopK = 6), SequenceBalance(0.01)]
public sealed partial class SharedEV2;
