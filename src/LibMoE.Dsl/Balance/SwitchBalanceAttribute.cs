using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// c·E·Σ_e f_e·P_e over all T tokens of the call, with f_e = n_e/Σn the share of picks and P_e = mean_t s_e/Σs the mean share of
/// scores; equals c when balanced (Fedus et al. 2022). f carries no gradient, P does.
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SwitchBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>
    /// Whether each of several processes that train together looks at its own part of the batch, as at a micro-batch. By default the term
    /// looks at the whole batch.
    /// </summary>
    [DefaultValue(false)]
    public bool PerRank { get; init; }
}
