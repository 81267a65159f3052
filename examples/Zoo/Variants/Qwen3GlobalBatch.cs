namespace Zoo;

/// <summary>
/// Qwen3-30B-A3B (Yang et al. 2025, arXiv:2505.09388) with its own balance: over all micro-batches of a step (arXiv:2501.11873).
/// </summary>
/// <remarks>Departs: one machine's micro-batches, not those of all ranks.</remarks>
[MoeLayer, Experts<SwiGlu>(128), SoftmaxGate(TopK = 8), GlobalBatchBalance(0.001)]
public sealed partial class Qwen3GlobalBatch;
