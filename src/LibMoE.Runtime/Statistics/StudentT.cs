namespace LibMoE.Runtime;

/// <summary>Student's t distribution (1908).</summary>
internal static class StudentT
{
    /// <summary>The two-sided p-value P(|T| ≥ |t|) = I_x(ν/2, 1/2), x = ν/(ν + t²), I the regularised incomplete beta function.</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="freedom">ν: degrees of freedom, at least 1.</param>
    public static double PValue(double t, int freedom) => double.IsInfinity(t) ? 0 : IncompleteBeta(freedom / 2.0, 0.5, freedom / (freedom + t * t));

    /// <summary>The t with P(|T| ≥ t) = p, by bisection.</summary>
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

    /// <summary>Continued fraction of Abramowitz and Stegun 26.5.8, evaluated by Lentz's method (1976).</summary>
    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - IncompleteBeta(b, a, 1 - x);
        }

        var (c, d) = (1.0, 1 / NotZero(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m < 10_000; m++)
        {
            Step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
            if (Step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))) < 1e-15)
            {
                break;
            }
        }

        var front = Math.Exp(a * Math.Log(x) + b * Math.Log(1 - x) - LogBeta(a, b));
        return front * fraction / a;

        double Step(double term)
        {
            d = 1 / NotZero(1 + term * d);
            c = NotZero(1 + term / c);
            fraction *= c * d;
            return Math.Abs(c * d - 1);
        }
    }

    private static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>Stirling's series, after lifting the argument to at least 10.</summary>
    private static double LogGamma(double x)
    {
        var lifted = 0.0;
        while (x < 10)
        {
            lifted -= Math.Log(x++);
        }

        var inverse = 1 / (x * x);
        var series = (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse * (1 / 1680.0 - inverse / 1188)))) / x;
        return lifted + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series;
    }
}
