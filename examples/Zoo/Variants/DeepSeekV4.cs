namespace Zoo;

/// <summary>DeepSeek-V4 (DeepSeek-AI 2026): six of 256 clamped experts by √softplus + b; by a table of ids in three blocks.</summary>
/// <remarks>Departs: the rates are DeepSeek-V3's; the table starts as a hash gives it, theirs comes with the checkpoint.</remarks>
[MoeLayer, Experts<SwiGlu>(256, Limit = 10), SharedExperts<SwiGlu>(1), SqrtSoftplusGate(TopK = 6, Scale = 1.5), BiasBalance(0.001)]
[SequenceBalance(0.0001, Picks = BalancePicks.Unbiased)]
public sealed partial class DeepSeekV4
{
    [MoeLayer(Blocks = "0-2"), Experts<SwiGlu>(256, Limit = 10), SharedExperts<SwiGlu>(1)]
    [HashGate(TopK = 6, Table = true, Learned = true, Scale = 1.5)] public sealed partial class First;
}
