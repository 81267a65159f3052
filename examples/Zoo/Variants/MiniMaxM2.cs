namespace Zoo;

/// <summary>
/// MiniMax-M2 (MiniMax 2025): eight picks out of 256 experts by s + b, none shared, no factor on the weights.
/// </summary>
/// <remarks>Departs: the bias' rate is DeepSeek-V3's.</remarks>
[MoeLayer, Experts<SwiGlu>(256), SigmoidGate(TopK = 8), BiasBalance(0.001)]
public sealed partial class MiniMaxM2;
