namespace Zoo;

/// <summary>
/// A family: how many experts, beside how many picks and how wide each is. The four members with K·Hidden = 256 use equal FLOPs for a
/// token, to within the router's; of them E = 16, K = 2 and E = 32, K = 4 also have equal parameters in all (after Krajewski et al. 2024,
/// arXiv:2402.07871).
/// </summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 128), SoftmaxGate(TopK = 2, Normalize = false), SwitchBalance(0.01)]
[Vary("Count", 16, 32), Vary(nameof(SoftmaxGateAttribute.TopK), 2, 4), Vary("Hidden", 128, 64)]
public sealed partial class ExpertCount;
