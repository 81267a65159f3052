namespace LibMoE;

/// <summary>
/// In training, removes each (token, expert) score from the picking with probability p, after the scores are made and before the
/// largest are picked. Balancing terms see the scores as they were.
/// </summary>
/// <param name="probability">p, from 0 up to but not including 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ExpertDropoutAttribute(double probability) : Attribute
{
    /// <summary>The probability of removal.</summary>
    public double Probability { get; } = probability;
}
