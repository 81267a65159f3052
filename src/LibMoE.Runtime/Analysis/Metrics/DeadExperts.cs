namespace LibMoE.Runtime;

/// <summary>Experts that no token of the window picked.</summary>
public static class DeadExperts
{
    /// <summary>Which experts have n_e = 0, in order.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static int[] Of(IReadOnlyList<long> counts_E) =>
        [.. counts_E.Index().Where(entry => entry.Item == 0).Select(entry => entry.Index)];

    /// <summary>Their share of all experts, from 0 to 1.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Share(IReadOnlyList<long> counts_E) => (double)Of(counts_E).Length / counts_E.Count;
}
