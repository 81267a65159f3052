namespace Zoo;

/// <summary>
/// Hy3 (Tencent 2026): eight picks out of 192 experts by s + b, one shared.
/// </summary>
/// <remarks>Departs: the bias' rate is DeepSeek-V3's; routed and shared outputs are summed in the model's type, theirs in
/// float32.</remarks>
[MoeLayer, Experts<SwiGlu>(192), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 8, Scale = 2.826), BiasBalance(0.001)]
public sealed partial class Hy3;
