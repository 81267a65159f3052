namespace LibMoE;

/// <summary>
/// As SequenceBalance, with f from the first picks only and P from softmax(l) (the form of LibMoE's vision models).
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Top1BalanceAttribute(double coefficient) : BalanceAttribute(coefficient);
