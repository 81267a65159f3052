namespace Zoo;

/// <summary>
/// What DeepSeek-V4 has in its first three blocks (DeepSeek-AI 2026) in all of them, to be compared: a stored table gives each token id
/// six of 256 clamped experts, and a router learns their weights.
/// </summary>
/// <remarks>Departs: the table starts as a hash gives it, theirs comes with the checkpoint.</remarks>
[MoeLayer, Experts<SwiGlu>(256, Limit = 10), SharedExperts<SwiGlu>(1), HashGate(TopK = 6, Table = true, Learned = true, Scale = 1.5)]
public sealed partial class DeepSeekV4Hash;
