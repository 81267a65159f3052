using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// Experts by a fixed hash of the token id, or of the position where ids are not given (Roller et al. 2021); w = 1/K. Nothing is
/// learned.
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
}
