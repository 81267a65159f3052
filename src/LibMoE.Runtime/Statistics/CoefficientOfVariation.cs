namespace LibMoE.Runtime;

/// <summary>
/// Coefficient of variation of the load: population standard deviation of n over its mean. 0 is even, √(E − 1) means one expert has all.
/// </summary>
public static class CoefficientOfVariation
{
    /// <summary>From 0 to √(E − 1); 0 without a pick.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Of(IReadOnlyList<long> counts_E)
    {
        var mean = counts_E.Average();
        return mean == 0 ? 0 : Math.Sqrt(counts_E.Average(count => (count - mean) * (count - mean))) / mean;
    }
}
