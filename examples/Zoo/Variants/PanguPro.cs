namespace Zoo;

/// <summary>
/// Pangu Pro MoE (Tang et al. 2025, arXiv:2505.21411): one pick in each of eight groups of eight experts, weights not divided but scaled.
/// </summary>
/// <remarks>Departs: the paper's balancing loss within groups is SwitchBalance here.</remarks>
[MoeLayer, Experts<SwiGlu>(64), SharedExperts<SwiGlu>(4)]
[SoftmaxGate(TopK = 8, Groups = 8, PicksPerGroup = 1, Normalize = false, ExpertScale = true), SwitchBalance(0.01)]
public sealed partial class PanguPro;
