namespace Zoo;

/// <summary>
/// In the style of Nemotron-3 (NVIDIA 2025): squared-ReLU experts without a gate matrix in a latent space, one shared in the model's.
/// </summary>
/// <remarks>Departs: fewer and narrower than any release, so that it can be tried; the bias' rate is DeepSeek-V3's.</remarks>
[MoeLayer, Experts<ReluSquared>(64), LatentExperts(64), SharedExperts<ReluSquared>(1), SigmoidGate(TopK = 6, Scale = 2.5)]
[BiasBalance(0.001), SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
public sealed partial class Nemotron3;
