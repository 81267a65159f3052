namespace Zoo;

/// <summary>
/// σ-MoE (Csordás et al. 2023, arXiv:2310.10837): sigmoid scores that do not compete, four picks, batch entropy instead of a balance.
/// </summary>
/// <remarks>Departs: initial scales are this library's, not the paper's, which follow from the width of all experts together.</remarks>
[MoeLayer, Experts<Relu>(128), SigmoidGate(TopK = 4, Normalize = false), EntropyBalance(0.001, Over = Over.Batch), ExpertDropout(0.05)]
public sealed partial class SigmaMoe;
