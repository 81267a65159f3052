namespace Zoo;

/// <summary>
/// LibMoE's SharedE-V3, vision form (Nguyen et al. 2024, arXiv:2411.00918): as SharedE-V2's with sigmoid scores.
/// </summary>
/// <remarks>Departs: experts have no biases, since shared ones have none here; GELU is the exact one.</remarks>
[MoeLayer, Experts<Gelu>(5), SharedExperts<Gelu>(1, Scale = 0.5), SigmoidGate(TopK = 2, Scale = 0.5), Top1Balance(0.01), RouterZLoss(0.001)]
public sealed partial class SharedEV3Halves;
