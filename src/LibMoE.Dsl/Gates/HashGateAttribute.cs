using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// Experts by a fixed hash of the token id, or of the position where ids are not given (Roller et al. 2021); w = 1/K, and nothing is
/// learned. With <see cref="Table"/> and <see cref="Learned"/> the gate of DeepSeek-V4's first blocks: picks from a stored table, weights
/// from a router.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HashGateAttribute : GateAttribute
{
    /// <summary>K: how many different experts a token gets.</summary>
    [DefaultValue(1)]
    public int TopK { get; init; } = 1;

    /// <summary>Chooses the hash function.</summary>
    [DefaultValue(0)]
    public int Seed { get; init; }

    /// <summary>
    /// Reads the picks of a token id from its row of a table that is stored with the parameters, <c>router.table</c> [V, K]. It starts with
    /// the picks of the hash, no training changes it, and another model's table may be loaded in its place.
    /// </summary>
    [DefaultValue(false)]
    public bool Table { get; init; }

    /// <summary>V: how many rows the table has; 0 (the default) takes the number of token ids that the model has.</summary>
    [DefaultValue(0)]
    public int Vocabulary { get; init; }

    /// <summary>Learns the weights of the picks: w_i = Scale·s_i/Σ_I s, s = √softplus(x·Wᵀ) (DeepSeek-V4, DeepSeek-AI 2026), in the place
    /// of 1/K.</summary>
    [DefaultValue(false)]
    public bool Learned { get; init; }

    /// <summary>A constant factor on learned weights; 1.5 in DeepSeek-V4.</summary>
    [DefaultValue(1.0)]
    public double Scale { get; init; } = 1;

    /// <summary>Standard deviation of the initial weights of a router that learns, N(0, InitStd).</summary>
    [DefaultValue(0.02)]
    public double InitStd { get; init; } = 0.02;
}
