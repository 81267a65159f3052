namespace Zoo;

/// <summary>
/// Gemma 4 26B-A4B (Google 2026): eight picks out of 128 experts, each weight times a learned scale of its expert, beside a dense FFN.
/// </summary>
/// <remarks>Departs: the router and the dense FFN read the same normed input as the experts; theirs have norms of their own, before and
/// behind. No balancing loss is named, and none is here.</remarks>
[MoeLayer, Experts<GeGluTanh>(128), SharedExperts<GeGluTanh>(1), SoftmaxGate(TopK = 8, ExpertScale = true)]
public sealed partial class Gemma4;
