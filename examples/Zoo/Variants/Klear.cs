namespace Zoo;

/// <summary>
/// Klear-46B-A2.5B (Kuaishou 2025): eight picks out of 256 experts by s + b, mixed with one shared expert by a learned softmax.
/// </summary>
/// <remarks>Departs: the configuration's coefficient is SwitchBalance's here; its factor on the weights is left out, as nobody's code
/// reads it; the rate of the bias is DeepSeek-V3's.</remarks>
[MoeLayer, Experts<SwiGlu>(256), SharedExperts<SwiGlu>(1, Mixed = true), SigmoidGate(TopK = 8), BiasBalance(0.001)]
[SwitchBalance(0.0001)]
public sealed partial class Klear;
