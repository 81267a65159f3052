using System.Security.Cryptography;

namespace LibMoE.Federated.Privacy;

/// <summary>Clipping and noise of DP-FedAvg (McMahan et al. 2018, arXiv:1710.06963): Δ·min(1, S/‖Δ‖₂), and N(0, (z·S)²) on every
/// number.</summary>
internal static class ClippedNoise
{
    /// <summary>Cuts a change to a longest length, in place.</summary>
    /// <param name="change_P">Δ.</param>
    /// <param name="clip">S, above 0; 0 leaves it.</param>
    public static void Clip(double[] change_P, double clip)
    {
        var norm = Math.Sqrt(change_P.Sum(number => number * number));
        if (clip > 0 && norm > clip)
        {
            for (var place = 0; place < change_P.Length; place++)
            {
                change_P[place] *= clip / norm;
            }
        }
    }

    /// <summary>Adds independent noise, in place.</summary>
    /// <param name="numbers_P">What it is added to.</param>
    /// <param name="deviation">Its standard deviation; 0 adds none.</param>
    /// <param name="uniform">Numbers from 0 to below 1; null takes the system's secure generator, since whoever knows a seed can take the
    /// noise off.</param>
    public static void Add(double[] numbers_P, double deviation, Func<double>? uniform = null)
    {
        if (deviation > 0)
        {
            for (var place = 0; place < numbers_P.Length; place++)
            {
                numbers_P[place] += deviation * Normal(uniform ?? Secure);
            }
        }
    }

    /// <summary>One number of N(0, 1), by Box and Muller.</summary>
    private static double Normal(Func<double> uniform) =>
        Math.Sqrt(-2 * Math.Log(1 - uniform())) * Math.Cos(2 * Math.PI * uniform());

    private static double Secure()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
