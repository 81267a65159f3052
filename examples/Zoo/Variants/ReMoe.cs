namespace Zoo;

/// <summary>
/// ReMoE (Wang et al. 2024, arXiv:2412.14711): weights relu(l), as many experts as are positive, steered to one of eight.
/// </summary>
/// <remarks>Departs: the L1 term is the plain one of section 3.3; the paper's refinement weighs it by each expert's load.</remarks>
[MoeLayer, Experts<SwiGlu>(8), ReluGate(0.875)]
public sealed partial class ReMoe;
