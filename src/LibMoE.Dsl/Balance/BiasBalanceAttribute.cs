using System.ComponentModel;

namespace LibMoE;

/// <summary>How the bias of loss-free balancing moves.</summary>
public enum BiasUpdate
{
    /// <summary>b_e += rate·sign(mean n − n_e) (Wang et al. 2024; DeepSeek-V3).</summary>
    Sign,

    /// <summary>b_e += rate·(mean n − n_e)/Σn: by how far the share of load is off (LongCat-Flash, Meituan 2025).</summary>
    Proportional,

    /// <summary>
    /// b_e moves by rate towards −β_e, β_e the (T·K/E + 1)-th largest over tokens of l_e − α, α_t the (K + 1)-th largest of l_t + b, as
    /// mean over the step's micro-batches and minus its own mean; picks are made on l + b (Kimi K3, Moonshot AI 2026; 1 puts it there at
    /// once).
    /// </summary>
    Quantile,
}

/// <summary>
/// Loss-free balancing (Wang et al. 2024; DeepSeek-V3): picks are made on s + b, weights from s; after each optimiser step b_e +=
/// rate·sign(mean n − n_e). It adds nothing to the loss.
/// </summary>
/// <param name="rate">The step of the bias, 1e-3 in DeepSeek-V3.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class BiasBalanceAttribute(double rate) : BalanceAttribute(rate)
{
    /// <summary>How the bias moves.</summary>
    [DefaultValue(BiasUpdate.Sign)]
    public BiasUpdate Update { get; init; } = BiasUpdate.Sign;

    /// <summary>Takes the mean of a step's changes from each of them, so that the biases drift nowhere together.</summary>
    [DefaultValue(false)]
    public bool Centered { get; init; }

    /// <summary>Moves the biases of FFN experts and of the user's own kinds alone, by their own mean; those of zero-compute experts stay
    /// (LongCat-Flash).</summary>
    [DefaultValue(false)]
    public bool FeedForwardOnly { get; init; }

    /// <summary>After how many optimiser steps, at most 2²⁴, the bias stays as it is; 0 (the default) never. The steps until then are
    /// counted in the layer's state, <c>router.score_bias_steps</c>.</summary>
    [DefaultValue(0)]
    public int FreezeAfter { get; init; }
}
