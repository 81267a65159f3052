namespace LibMoE;

/// <summary>
/// c·E·Σ_e f_e·P_e with f_e = n_e/Σn the share of picks over all micro-batches of the optimiser step up to this call, on all ranks, and
/// P_e = mean_t s_e/Σs the mean share of scores of this call alone (Qiu et al. 2025, arXiv:2501.11873; Qwen3). f carries no gradient. In
/// evaluation f is the call's own.
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GlobalBatchBalanceAttribute(double coefficient) : BalanceAttribute(coefficient);
