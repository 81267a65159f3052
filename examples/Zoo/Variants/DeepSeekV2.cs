namespace Zoo;

/// <summary>
/// DeepSeek-V2 (DeepSeek-AI 2024, arXiv:2405.04434): 160 experts in 8 groups, six picks within three of them, two shared experts.
/// </summary>
/// <remarks>Departs: no device-level and no communication balance, which speak of machines; no token is dropped in training.</remarks>
[MoeLayer, Experts<SwiGlu>(160), SharedExperts<SwiGlu>(2), SequenceBalance(0.003)]
[SoftmaxGate(TopK = 6, Groups = 8, TopGroups = 3, Normalize = false, Scale = 16)]
public sealed partial class DeepSeekV2;
