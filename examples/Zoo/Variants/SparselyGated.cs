namespace Zoo;

/// <summary>
/// Sparsely-gated mixture of experts (Shazeer et al. 2017, arXiv:1701.06538): four noisy picks, balanced by importance and smooth load.
/// </summary>
/// <remarks>Departs: the router starts at N(0, 0.02) instead of 0; the paper's layer ends in a sigmoid, between LSTMs.</remarks>
[MoeLayer, Experts<Relu>(32), NoisyTopKGate(TopK = 4), ImportanceBalance(0.1), LoadBalance(0.1)]
public sealed partial class SparselyGated;
