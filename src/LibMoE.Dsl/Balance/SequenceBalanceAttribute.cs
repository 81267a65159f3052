namespace LibMoE;

/// <summary>
/// SwitchBalance per sequence, then the mean over sequences (DeepSeek-AI 2024; the form that LibMoE calls standard).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SequenceBalanceAttribute(double coefficient) : BalanceAttribute(coefficient);
