namespace LibMoE;

/// <summary>
/// c·CV²(Σ_t w_e): the squared coefficient of variation of the experts' summed combine weights, population variance (Shazeer et al.
/// 2017).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ImportanceBalanceAttribute(double coefficient) : BalanceAttribute(coefficient);
