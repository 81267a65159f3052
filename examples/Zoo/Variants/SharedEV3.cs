namespace Zoo;

/// <summary>
/// LibMoE's SharedE-V3, language form (Nguyen et al. 2024, arXiv:2411.00918): as SharedE-V2 with sigmoid scores.
/// </summary>
/// <remarks>
/// Departs: the balance divides scores by their sum, which LibMoE's V3 leaves out; like LibMoE's it has no bias on the picks.
/// </remarks>
[MoeLayer, Experts<Relu>(64), SharedExperts<Relu>(2), SigmoidGate(TopK = 6), SequenceBalance(0.01)]
public sealed partial class SharedEV3;
