namespace Zoo;

/// <summary>
/// GLM-4.5 (Zeng et al. 2025, arXiv:2508.06471): eight picks out of 160 experts by s + b, without groups, one shared.
/// </summary>
/// <remarks>Departs: nothing but the fall of the bias' rate to 0 after 15T tokens: FreezeAfter, in steps of your run.</remarks>
[MoeLayer, Experts<SwiGlu>(160), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 8, Scale = 2.5), BiasBalance(0.001)]
[SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
public sealed partial class Glm45;
