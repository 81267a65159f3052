namespace LibMoE;

/// <summary>
/// Loss-free balancing (Wang et al. 2024; DeepSeek-V3): picks are made on s + b, weights from s; after each optimiser step b_e +=
/// rate·sign(mean n − n_e). It adds nothing to the loss.
/// </summary>
/// <param name="rate">The step of the bias, 1e-3 in DeepSeek-V3.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class BiasBalanceAttribute(double rate) : BalanceAttribute(rate);
