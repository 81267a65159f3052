namespace Zoo;

/// <summary>
/// LibMoE's SharedE-V2, vision form (Nguyen et al. 2024, arXiv:2411.00918): equal halves keep a pretrained FFN's scale.
/// </summary>
/// <remarks>Departs: experts have no biases, since shared ones have none here; GELU is the exact one.</remarks>
[MoeLayer, Experts<Gelu>(5), SharedExperts<Gelu>(1, Scale = 0.5), SoftmaxGate(TopK = 2, Scale = 0.5), Top1Balance(0.01), RouterZLoss(0.001)]
public sealed partial class SharedEV2Halves;
