namespace LibMoE.Runtime;

/// <summary>
/// Maximal load violation (Wang et al. 2024, arXiv:2408.15664): (max n − mean n) / mean n. 0 is even; E − 1 means one expert has all.
/// </summary>
public static class LoadViolation
{
    /// <summary>The violation, from 0 to E − 1; 0 without a pick.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Of(IReadOnlyList<long> counts_E)
    {
        var mean = counts_E.Average();
        return mean == 0 ? 0 : (counts_E.Max() - mean) / mean;
    }
}
