namespace LibMoE.Runtime;

/// <summary>
/// Expert allocation entropy (LibMoE, arXiv:2411.00918, appendix E): −Σ_e u_e log₂ u_e / log₂ E over the shares of picks. 1 is even, 0
/// means one expert has all.
/// </summary>
public static class AllocationEntropy
{
    /// <summary>From 0 to 1; 0 without a pick, 1 where there is one expert.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Of(IReadOnlyList<long> counts_E) => counts_E.Count == 1
        ? 1
        : Entropy.Of([.. counts_E.Select(count => (double)count)]) / Math.Log(counts_E.Count);
}
