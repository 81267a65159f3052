namespace Zoo;

/// <summary>
/// DeepSeek-V3 (DeepSeek-AI 2024, arXiv:2412.19437): 256 experts in 8 groups, eight picks within four of them by s + b.
/// </summary>
/// <remarks>Departs: nothing but the fall of the bias' rate to 0 late in training: FreezeAfter, in steps of your run.</remarks>
[MoeLayer, Experts<SwiGlu>(256), SharedExperts<SwiGlu>(1), BiasBalance(0.001), SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
[SigmoidGate(TopK = 8, Groups = 8, TopGroups = 4, Scale = 2.5)]
public sealed partial class DeepSeekV3;
