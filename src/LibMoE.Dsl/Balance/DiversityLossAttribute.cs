namespace LibMoE;

/// <summary>
/// c·mean_t Σ_{i≠j} relu(cos(y_i, y_j))/(K·(K−1)) over the outputs y of a token's picked experts; pushes them apart. A pick that was
/// dropped for capacity has no output and is in no pair.
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DiversityLossAttribute(double coefficient) : BalanceAttribute(coefficient);
