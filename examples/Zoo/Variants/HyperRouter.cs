namespace Zoo;

/// <summary>
/// HyperRouter (Do et al. 2023, arXiv:2312.07035): a frozen hyper-network makes the router's weights from a learned embedding.
/// </summary>
/// <remarks>Departs: K is constant; the paper raises it in training. It has no balancing loss, as in the paper.</remarks>
[MoeLayer, Experts<Relu>(16), HyperGate(256, TopK = 2)]
public sealed partial class HyperRouter;
