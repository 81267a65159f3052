namespace LibMoE.Runtime;

/// <summary>How the experts of a mixture become one FFN. c_e is the mean of expert e's combine weights over all tokens, 0 where it was not
/// picked; C = Σ_e c_e.</summary>
public enum MergeKind
{
    /// <summary>Matrices are averaged: Up = Σ_e (c_e/C)·Up_e, Down = Σ_e c_e·Down_e. As wide as one expert.</summary>
    Average,

    /// <summary>The N experts of the largest c_e side by side, each output times c_e·C/Σ c of the N. N times as wide as one expert; with
    /// all of them it is the mixture whose weights are the same for each token.</summary>
    Concatenate,
}
