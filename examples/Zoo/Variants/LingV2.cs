namespace Zoo;

/// <summary>
/// Ling 2.0 (Ling Team 2025, arXiv:2510.22115): eight picks out of 256 experts in the best four of eight groups, one shared.
/// </summary>
/// <remarks>Departs: the bias' rate is DeepSeek-V3's; the router starts at a plain normal, not at a uniform distribution.</remarks>
[MoeLayer, Experts<SwiGlu>(256), SharedExperts<SwiGlu>(1), BiasBalance(0.001)]
[SigmoidGate(TopK = 8, Groups = 8, TopGroups = 4, Scale = 2.5)]
public sealed partial class LingV2;
