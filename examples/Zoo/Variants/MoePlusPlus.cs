namespace Zoo;

/// <summary>
/// MoE++ (Jin et al. 2024, arXiv:2410.07348): FFN experts, four that cost nothing, and a router that sees the last one's logits.
/// </summary>
/// <remarks>Departs: no capacity per kind of expert, and no token is dropped; weights are normalised over all picks.</remarks>
[MoeLayer, Experts<SwiGlu>(8), Experts<Constant>(2), Experts<Copy>(1), Experts<Zero>(1), ResidualGate(TopK = 2)]
[HeterogeneousBalance(0.01, Tau = 0.75)]
public sealed partial class MoePlusPlus;
