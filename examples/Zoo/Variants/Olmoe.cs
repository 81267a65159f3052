namespace Zoo;

/// <summary>
/// OLMoE-1B-7B (Muennighoff et al. 2024, arXiv:2409.02060): eight picks out of 64 experts, weights not normalised, dropless.
/// </summary>
/// <remarks>Departs: weights start at a plain normal, not at a truncated one.</remarks>
[MoeLayer, Experts<SwiGlu>(64), SoftmaxGate(TopK = 8, Normalize = false), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class Olmoe;
