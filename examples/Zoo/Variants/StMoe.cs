namespace Zoo;

/// <summary>
/// ST-MoE (Zoph et al. 2022, arXiv:2202.08906): two picks out of 64 GeGLU experts, router z-loss, capacity 1.25.
/// </summary>
/// <remarks>Departs: the second expert is always used, not at random by its weight; evaluation keeps capacity 1.25, not 2.</remarks>
[MoeLayer, Experts<GeGlu>(64), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001), Capacity(1.25)]
public sealed partial class StMoe;
