namespace Zoo;

/// <summary>
/// AdaMoE (Zeng et al. 2024, arXiv:2406.13233): four picks out of eight experts and eight null slots, weights divided over the true picks.
/// </summary>
/// <remarks>Departs: the loss counts each null slot by itself, as the released code does; the paper counts their mean.</remarks>
[MoeLayer, Experts<SwiGlu>(8), Experts<Zero>(8), SoftmaxGate(TopK = 4, SkipZero = true), SwitchBalance(0.01)]
public sealed partial class AdaMoe;
