using System.ComponentModel;

namespace LibMoE;

/// <summary>Which picks a balancing term counts.</summary>
public enum BalancePicks
{
    /// <summary>Those that the layer routes by.</summary>
    Actual,

    /// <summary>The K experts of largest score, as if there were no bias, no groups and no expert dropout.</summary>
    Unbiased,
}

/// <summary>
/// SwitchBalance per sequence, then the mean over sequences (DeepSeek-AI 2024; the form that LibMoE calls standard).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SequenceBalanceAttribute(double coefficient) : BalanceAttribute(coefficient)
{
    /// <summary>
    /// What f counts: the layer's picks as in DeepSeek-V2, or the K largest unbiased scores as in DeepSeek-V3 (arXiv:2412.19437,
    /// equation 18). Where a bias has made the picks even, f of the actual ones is constant and the term no longer pulls at the scores.
    /// </summary>
    [DefaultValue(BalancePicks.Actual)]
    public BalancePicks Picks { get; init; } = BalancePicks.Actual;
}
