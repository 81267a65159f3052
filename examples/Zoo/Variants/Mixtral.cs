namespace Zoo;

/// <summary>
/// Mixtral 8x7B (Jiang et al. 2024, arXiv:2401.04088): softmax over the two picked logits, no token dropped.
/// </summary>
/// <remarks>Departs: the paper names no balancing loss; 0.02 is the released configuration's, here on each layer by itself.</remarks>
[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.02)]
public sealed partial class Mixtral;
