namespace Zoo;

/// <summary>
/// Phi-3.5-MoE (Microsoft 2024; SparseMixer-v2, arXiv:2409.12136): two picks out of 16 experts, one after the other, drawn in training.
/// </summary>
/// <remarks>Departs: no balancing loss is named for the release, and none is here.</remarks>
[MoeLayer, Experts<SwiGlu>(16), SparseMixerGate(TopK = 2, Epsilon = 0.01)]
public sealed partial class Phi35Moe;
