namespace Zoo;

/// <summary>
/// In the style of Kimi K3 (Moonshot AI 2026): saturating experts in a normalised latent space, balanced by quantiles of the logits.
/// </summary>
/// <remarks>Departs: an eighth of its 896 experts, one shared for its two, and a latent to match; no factor on the weights.</remarks>
[MoeLayer, Experts<SiTu>(112), LatentExperts(64, Norm = true), SharedExperts<SiTu>(1), SigmoidGate(TopK = 16)]
[BiasBalance(1, Update = BiasUpdate.Quantile)]
public sealed partial class KimiK3;
