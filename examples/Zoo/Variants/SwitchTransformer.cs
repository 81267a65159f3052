namespace Zoo;

/// <summary>
/// Switch Transformer (Fedus et al. 2022, arXiv:2101.03961): one pick out of 128 experts, weighed by its own score, capacity 1.25.
/// </summary>
/// <remarks>Departs: the router starts at N(0, 0.02) instead of a truncated normal of scale 0.1; no dropout inside experts.</remarks>
[MoeLayer, Experts<Relu>(128), SoftmaxGate(TopK = 1, Normalize = false, Jitter = 0.01), SwitchBalance(0.01), Capacity(1.25)]
public sealed partial class SwitchTransformer;
