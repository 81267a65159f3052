namespace Zoo;

/// <summary>
/// Qwen3-Next-80B-A3B (Qwen Team 2025), and Qwen3.5: ten picks out of 512 experts, one shared behind a sigmoid, global-batch balance.
/// </summary>
/// <remarks>Departs: one machine's micro-batches, not those of all ranks.</remarks>
[MoeLayer, Experts<SwiGlu>(512), SharedExperts<SwiGlu>(1, Gated = true), SoftmaxGate(TopK = 10), GlobalBatchBalance(0.001)]
public sealed partial class Qwen3Next;
