namespace Zoo;

/// <summary>
/// Perturbed cosine router (Nguyen et al. 2024, arXiv:2405.14131): θ is added to both norms, which keeps estimation fast.
/// </summary>
/// <remarks>Departs: θ is one constant for tokens and experts; the loss coefficients are those of LibMoE's vision runs.</remarks>
[MoeLayer, Experts<Gelu>(16), PerturbedCosineGate(TopK = 2, Noise = 0.1), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class PerturbedCosineRouter;
