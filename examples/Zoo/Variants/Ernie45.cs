namespace Zoo;

/// <summary>
/// ERNIE 4.5 21B-A3B (Baidu 2025): six picks out of 64 experts by a softmax and a bias, two shared.
/// </summary>
/// <remarks>Departs: the bias' rate is DeepSeek-V3's; a sum of weights is divided by from 1e-37 on, theirs from 1e-12.</remarks>
[MoeLayer, Experts<SwiGlu>(64), SharedExperts<SwiGlu>(2), SoftmaxGate(TopK = 6), BiasBalance(0.001)]
public sealed partial class Ernie45;
