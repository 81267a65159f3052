namespace Zoo;

/// <summary>
/// Kimi K2 (Kimi Team 2025, arXiv:2507.20534): eight picks out of 384 experts by s + b, without groups, one shared.
/// </summary>
/// <remarks>Departs: the paper names neither the bias' rate nor a sequence loss; 0.001 is DeepSeek-V3's.</remarks>
[MoeLayer, Experts<SwiGlu>(384), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 8, Scale = 2.827), BiasBalance(0.001)]
public sealed partial class KimiK2;
