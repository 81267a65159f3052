namespace LibMoE.Runtime;

/// <summary>
/// The population stability index of two distributions over the same experts: Σ_e (p_e − q_e)·ln(p_e/q_e), Jeffreys' divergence (1946),
/// in nats, as credit scoring watches populations with it (Siddiqi 2006). 0 where they are the same, and symmetric.
/// </summary>
/// <remarks>Shares are (n_e + ½)/(N + E/2), so that an expert without a pick has one above 0. The customary bounds of 0.1 and 0.25 are
/// folklore: with few picks the index of two samples of one distribution is about (E − 1)·(1/N + 1/M), and routing moves with the text.
/// </remarks>
public static class PopulationStability
{
    private const double Prior = 0.5;

    /// <summary>The index, 0 or more.</summary>
    /// <param name="counts_E">Picks per expert of one sample.</param>
    /// <param name="reference_E">Those of the other.</param>
    /// <exception cref="ArgumentException">They are not of as many experts.</exception>
    public static double Of(IReadOnlyList<long> counts_E, IReadOnlyList<long> reference_E)
    {
        if (counts_E.Count != reference_E.Count)
        {
            throw new ArgumentException(
                $"Picks of {counts_E.Count} and of {reference_E.Count} experts cannot be compared.", nameof(reference_E));
        }

        return Shares(counts_E).Zip(Shares(reference_E), (p, q) => (p - q) * Math.Log(p / q)).Sum();
    }

    private static IEnumerable<double> Shares(IReadOnlyList<long> counts_E)
    {
        var sum = counts_E.Sum(count => count + Prior);
        return counts_E.Select(count => (count + Prior) / sum);
    }
}
