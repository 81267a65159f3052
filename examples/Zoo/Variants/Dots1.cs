namespace Zoo;

/// <summary>
/// dots.llm1 (Huo et al. 2025, arXiv:2506.05767): six picks out of 128 experts by s + b, two shared.
/// </summary>
/// <remarks>Departs: the bias' rate is DeepSeek-V3's.</remarks>
[MoeLayer, Experts<SwiGlu>(128), SharedExperts<SwiGlu>(2), SigmoidGate(TopK = 6, Scale = 2.5), BiasBalance(0.001)]
public sealed partial class Dots1;
