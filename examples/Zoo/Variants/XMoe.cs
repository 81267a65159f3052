namespace Zoo;

/// <summary>
/// X-MoE (Chi et al. 2022, arXiv:2204.09179): cosine to expert vectors in a space of E/2 dimensions, one pick.
/// </summary>
/// <remarks>Departs: τ is a constant, not learned; vectors are rescaled inside the forward pass, so the gradient sees it.</remarks>
[MoeLayer, Experts<Gelu>(32), XMoeGate(16, TopK = 1, Normalize = false, Temperature = 0.3), SwitchBalance(0.01)]
public sealed partial class XMoe;
