namespace LibMoE.Runtime;

/// <summary>
/// Expert co-activation (Muennighoff et al. 2024, arXiv:2409.02060; LibMoE, appendix E): N_ij / N_i, the share of the tokens that picked
/// expert i which also picked expert j. The diagonal is 1 for every expert in use.
/// </summary>
public static class CoActivation
{
    /// <summary>N [E, E]: how many tokens picked both; N_ii is how many picked i.</summary>
    public static long[][] Counts(PickTable picks)
    {
        var counts_EE = Empty(picks.Experts);
        Add(counts_EE, picks);
        return counts_EE;
    }

    /// <summary>N_ij / N_i [E, E], from 0 to 1; a row of zeros for an expert that no token picked.</summary>
    public static double[][] Of(IReadOnlyList<IReadOnlyList<long>> counts_EE) =>
        [.. counts_EE.Select((row, i) => row.Select(count => row[i] == 0 ? 0 : (double)count / row[i]).ToArray())];

    internal static long[][] Empty(int experts) => [.. Enumerable.Range(0, experts).Select(_ => new long[experts])];

    internal static void Add(long[][] counts_EE, PickTable picks)
    {
        for (var token = 0; token < picks.Tokens; token++)
        {
            var experts = picks.Picks(token);
            foreach (var i in experts)
            {
                foreach (var j in experts)
                {
                    if (i >= 0 && j >= 0)
                    {
                        counts_EE[i][j]++;
                    }
                }
            }
        }
    }
}
