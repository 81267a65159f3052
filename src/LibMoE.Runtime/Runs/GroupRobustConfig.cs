namespace LibMoE.Runtime;

/// <summary>Training for the domain that is worst (group distributionally robust optimisation, Sagawa et al. 2020, arXiv:1911.08731,
/// algorithm 1): a weight q of each domain rises with its training loss ℓ,
/// <c>q_g ← q_g·exp(η·ℓ_g) / Σ_h q_h·exp(η·ℓ_h)</c>, and <c>Σ_g q_g·ℓ_g</c> is minimised.</summary>
/// <remarks>ℓ_g is the mean over the domain's sequences in a micro-batch, as it is: no reference loss is subtracted, as DoReMi (Xie et al.
/// 2023) does. A domain that a micro-batch has no sequence of counts with ℓ_g = 0.</remarks>
public sealed record GroupRobustConfig
{
    /// <summary>η, how fast weights follow losses; with 0 they stay equal.</summary>
    public double Rate { get; init; } = 0.01;
}
