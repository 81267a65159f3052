using MathNet.Numerics.Distributions;

namespace LibMoE.Runtime.Statistics;

/// <summary>
/// McNemar's test (1947) in its exact form: of the items that only one of two models answers right, either is equally likely to be that
/// one.
/// </summary>
internal static class McNemar
{
    /// <summary>The two-sided p-value: min(1, 2·P(X ≤ min(first, second))), X binomial with n = first + second and ½.</summary>
    /// <param name="first">Items that only the first model answers right.</param>
    /// <param name="second">Items that only the second does.</param>
    public static double PValue(int first, int second)
    {
        var (n, few) = (first + second, Math.Min(first, second));
        return n == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, n, few));
    }
}
