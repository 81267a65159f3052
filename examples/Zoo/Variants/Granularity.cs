namespace Zoo;

/// <summary>
/// A family: how many picks, and how wide each expert. Members with K·Hidden = 256 use equal FLOPs for a token; the study under
/// studies/granularity compares K = 1, 2 and 4 of them (after Krajewski et al. 2024, arXiv:2402.07871).
/// </summary>
[MoeLayer, Experts<SwiGlu>(16, Hidden = 128), SoftmaxGate(TopK = 2, Normalize = false), SwitchBalance(0.01)]
[Vary(nameof(SoftmaxGateAttribute.TopK), 1, 2, 4), Vary("Hidden", 256, 128, 64)]
public sealed partial class Granularity;
