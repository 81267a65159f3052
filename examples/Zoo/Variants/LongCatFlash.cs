namespace Zoo;

/// <summary>
/// LongCat-Flash (Meituan 2025, arXiv:2509.01322): twelve picks out of 512 experts and 256 that give the token back, weights not divided.
/// </summary>
/// <remarks>Departs: the bias makes FFN loads equal, theirs also keeps their number; no loss over devices.</remarks>
[MoeLayer, Experts<SwiGlu>(512), Experts<Copy>(256), SoftmaxGate(TopK = 12, Normalize = false, Scale = 6)]
[BiasBalance(0.001, Update = BiasUpdate.Proportional, FeedForwardOnly = true)]
public sealed partial class LongCatFlash;
