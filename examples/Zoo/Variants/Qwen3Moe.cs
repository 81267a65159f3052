namespace Zoo;

/// <summary>
/// Qwen3-30B-A3B (Yang et al. 2025, arXiv:2505.09388): eight picks out of 128 experts, none shared, balanced over the batch.
/// </summary>
/// <remarks>
/// Departs: the paper balances over the global batch; here the batch is the call, so micro-batches are balanced one by one.
/// </remarks>
[MoeLayer, Experts<SwiGlu>(128), SoftmaxGate(TopK = 8), SwitchBalance(0.001)]
public sealed partial class Qwen3Moe;
