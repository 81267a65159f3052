namespace Zoo;

/// <summary>
/// Expert choice (Zhou et al. 2022, arXiv:2202.09368): each of 64 experts takes its 2T/E best tokens, so loads are equal by construction.
/// </summary>
/// <remarks>Departs: 2T/E is rounded up; no limit on the experts of one token. Not for causal models.</remarks>
[MoeLayer, Experts<GeGlu>(64), ExpertChoiceGate(2)]
public sealed partial class ExpertChoiceMoe;
