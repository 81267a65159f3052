namespace LibMoE.Runtime;

/// <summary>Expert share (load): u_e = n_e / Σ n, the part of all picks that expert e got.</summary>
public static class ExpertShare
{
    /// <summary>u [E], from 0 to 1, adding up to 1; all 0 without a pick.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double[] Of(IReadOnlyList<long> counts_E)
    {
        var total = counts_E.Sum();
        return [.. counts_E.Select(count => total == 0 ? 0 : (double)count / total)];
    }
}
