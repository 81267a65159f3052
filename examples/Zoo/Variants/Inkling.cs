namespace Zoo;

/// <summary>
/// In the style of Inkling (Thinking Machines 2026): six picks by s + b, weighed in one sum with two shared experts.
/// </summary>
/// <remarks>Departs: 64 experts; the factor 8 has no learned one beside it; the rate of the bias is DeepSeek-V3's; the router is
/// float32, theirs of the model's type.</remarks>
[MoeLayer, Experts<SwiGlu>(64), SharedExperts<SwiGlu>(2, InRouterSum = true), SigmoidGate(TopK = 6, Scale = 8), BiasBalance(0.001)]
public sealed partial class Inkling;
