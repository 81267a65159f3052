namespace LibMoE;

/// <summary>
/// c·mean_t logsumexp(l)² (ST-MoE, Zoph et al. 2022).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RouterZLossAttribute(double coefficient) : BalanceAttribute(coefficient);
