using MathNet.Numerics.Distributions;
using Distribution = MathNet.Numerics.Distributions.StudentT;

namespace LibMoE.Runtime.Statistics;

/// <summary>Student's t distribution (1908).</summary>
internal static class StudentT
{
    /// <summary>Above so many degrees of freedom the distribution is the normal one in all the digits that a p-value has.</summary>
    private const int Many = 1_000_000;

    /// <summary>The two-sided p-value P(|T| ≥ |t|).</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="freedom">ν: degrees of freedom, at least 1.</param>
    public static double PValue(double t, int freedom) => double.IsInfinity(t) ? 0
        : Math.Min(1, 2 * (freedom < Many ? Distribution.CDF(0, 1, freedom, -Math.Abs(t)) : Normal.CDF(0, 1, -Math.Abs(t))));

    /// <summary>The t with P(|T| ≥ t) = p, by bisection: the library's own search ends at 800, and one degree of freedom may need
    /// more.</summary>
    public static double Quantile(double p, int freedom)
    {
        var (low, high) = (0.0, 1.0);
        while (PValue(high, freedom) > p)
        {
            high *= 2;
        }

        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = PValue(middle, freedom) > p ? (middle, high) : (low, middle);
        }

        return high;
    }
}
