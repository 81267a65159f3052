namespace Zoo;

/// <summary>
/// Llama 4 Scout (Meta 2025): one pick out of 16 experts, whose input sigmoid(l) multiplies, and one shared.
/// </summary>
/// <remarks>Departs: SwitchBalance takes the 0.001 that the configuration names without the loss' form; attention has no chunks.</remarks>
[MoeLayer, Experts<SwiGlu>(16), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 1, Normalize = false, WeighInput = true)]
[SwitchBalance(0.001)]
public sealed partial class Llama4;
