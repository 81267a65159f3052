namespace Zoo;

/// <summary>
/// DeepSeek-V4 (DeepSeek-AI 2026): six picks out of 256 clamped experts by √softplus + b, one shared.
/// </summary>
/// <remarks>Departs: the first three blocks pick by a table of token ids there; the rates are DeepSeek-V3's.</remarks>
[MoeLayer, Experts<SwiGlu>(256, Limit = 10), SharedExperts<SwiGlu>(1), SqrtSoftplusGate(TopK = 6, Scale = 1.5), BiasBalance(0.001)]
[SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
public sealed partial class DeepSeekV4;
