namespace Zoo;

/// <summary>
/// Llama 4 Maverick (Meta 2025): as Scout with 128 experts, in every second block; the others are dense.
/// </summary>
/// <remarks>Departs: as Llama4; a dense block is as wide as one expert, theirs is twice as wide: set Model:Hidden and Hidden.</remarks>
[MoeLayer(Blocks = "1-:2"), Experts<SwiGlu>(128), SharedExperts<SwiGlu>(1), SwitchBalance(0.001)]
[SigmoidGate(TopK = 1, Normalize = false, WeighInput = true)]
public sealed partial class Llama4Maverick;
