namespace Zoo;

/// <summary>
/// Qwen1.5-MoE-A2.7B (Yang et al. 2024, arXiv:2407.10671): four picks out of 60 experts, four shared behind a sigmoid gate.
/// </summary>
/// <remarks>Departs: experts start at N(0, 0.02) instead of pieces of a dense model; upcycling does that.</remarks>
[MoeLayer, Experts<SwiGlu>(60), SharedExperts<SwiGlu>(4, Gated = true), SoftmaxGate(TopK = 4, Normalize = false), SwitchBalance(0.001)]
public sealed partial class Qwen2Moe;
