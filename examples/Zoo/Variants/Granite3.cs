namespace Zoo;

/// <summary>
/// Granite 3.1 3B-A800M (Granite Team, IBM 2024): eight picks out of 40 experts, softmax over the picked logits, dropless.
/// </summary>
/// <remarks>Departs: the configuration's 0.001 is Hugging Face's, pooled over 32 layers with a value of K: 0.00025 here.</remarks>
[MoeLayer, Experts<SwiGlu>(40), SoftmaxGate(TopK = 8), SwitchBalance(0.00025)]
public sealed partial class Granite3;
