namespace Zoo;

/// <summary>
/// GShard (Lepikhin et al. 2021, arXiv:2006.16668): two picks out of 128 experts, C = 2T/E, balance from first picks.
/// </summary>
/// <remarks>
/// Departs: the second expert is always used, not at random by its weight; groups are sequences in the loss, the call in the capacity.
/// </remarks>
[MoeLayer, Experts<Relu>(128), SoftmaxGate(TopK = 2), Top1Balance(0.01), Capacity(1)]
public sealed partial class GShardTop2;
