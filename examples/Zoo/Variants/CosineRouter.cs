namespace Zoo;

/// <summary>
/// Cosine router (Chi et al. 2022; in the form of Nguyen et al. 2024, arXiv:2405.14131): the angle between token and expert, without a
/// projection.
/// </summary>
/// <remarks>Departs: temperature 1; the loss coefficients are those of LibMoE's vision runs.</remarks>
[MoeLayer, Experts<Gelu>(16), CosineGate(TopK = 2, Temperature = 1), SwitchBalance(0.01), RouterZLoss(0.001)]
public sealed partial class CosineRouter;
