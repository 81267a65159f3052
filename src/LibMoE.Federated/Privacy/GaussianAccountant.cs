using MathNet.Numerics;

namespace LibMoE.Runtime;

/// <summary>
/// What rounds of clipping and Gaussian noise promise. T releases of sensitivity s with noise of deviation σ are exactly as private as one
/// with μ = √T·s/σ (Dong, Roth and Su 2022, arXiv:1905.02383), and that is (ε, δ)-private just where
/// δ ≥ Φ(μ/2 − ε/μ) − e^ε·Φ(−μ/2 − ε/μ) (Balle and Wang 2018, arXiv:1805.06530).
/// </summary>
/// <remarks>Every member is taken to take part in every round: nothing is gained by drawing them. Numbers are taken to be real ones; that
/// noise in floating point leaks (Mironov 2012) is not counted.</remarks>
public static class GaussianAccountant
{
    /// <summary>The smallest δ for an ε.</summary>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <param name="mu">μ, above 0.</param>
    public static double Delta(double epsilon, double mu)
    {
        var (low, high) = (mu / 2 - epsilon / mu, mu / 2 + epsilon / mu);

        // e^ε·Φ(−high) = ½·e^(−low²/2)·erfcx(high/√2), which does not overflow.
        return 0.5 * SpecialFunctions.Erfc(-low / Math.Sqrt(2)) - 0.5 * Math.Exp(-low * low / 2) * ScaledErfc(high / Math.Sqrt(2));
    }

    /// <summary>The ε that rounds come to.</summary>
    /// <param name="noise">z: the noise's standard deviation as a multiple of the longest change S.</param>
    /// <param name="rounds">T, above 0.</param>
    /// <param name="delta">δ, between 0 and 1.</param>
    /// <param name="replaced">Whether two data sets are neighbours where all of one member's data differ, which moves what it sends by up
    /// to 2·S; else where a member takes part or not, which moves a sum by up to S.</param>
    /// <returns>ε; infinite without noise.</returns>
    public static double Epsilon(double noise, int rounds, double delta, bool replaced)
    {
        if (noise <= 0)
        {
            return double.PositiveInfinity;
        }

        var mu = Math.Sqrt(rounds) * (replaced ? 2 : 1) / noise;
        if (Delta(0, mu) <= delta)
        {
            return 0;
        }

        var (low, high) = (0.0, 1.0);
        while (Delta(high, mu) > delta)
        {
            (low, high) = (high, 2 * high);
        }

        for (var halving = 0; halving < 80; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = Delta(middle, mu) > delta ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>e^(x²)·erfc(x) for x ≥ 0; its asymptotic series where erfc itself would vanish.</summary>
    private static double ScaledErfc(double x)
    {
        if (x < 10)
        {
            return Math.Exp(x * x) * SpecialFunctions.Erfc(x);
        }

        var inverse = 1 / (2 * x * x);
        return (1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))) / (x * Math.Sqrt(Math.PI));
    }
}
