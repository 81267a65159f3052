using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// c·CV²(Σ_t w_e): the squared coefficient of variation of the experts' summed combine weights, population variance (Shazeer et al.
/// 2017).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ImportanceBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>
    /// Whether each of several processes that train together looks at its own part of the batch, as at a micro-batch. By default the term
    /// looks at the whole batch.
    /// </summary>
    [DefaultValue(false)]
    public bool PerRank { get; init; }
}
