namespace LibMoE.Runtime;

/// <summary>
/// Relative perplexity, as LibMoE logs it: exp(H(u)) / E, the share of the experts that is effectively used. 1 is even use of all,
/// 1/E use of one.
/// </summary>
public static class RelativePerplexity
{
    /// <summary>Of the load: u are the shares of picks. From 1/E to 1; 0 without a pick.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Of(IReadOnlyList<long> counts_E) =>
        counts_E.Sum() == 0 ? 0 : Math.Exp(Entropy.Of([.. counts_E.Select(count => (double)count)])) / counts_E.Count;

    /// <summary>Of one token's scores: how undecided the router is. From 1/E to 1.</summary>
    /// <param name="scores_E">Scores, at least 0; they need not add up to 1.</param>
    public static double OfScores(ReadOnlySpan<double> scores_E) => Math.Exp(Entropy.Of(scores_E)) / scores_E.Length;
}
