namespace LibMoE.Runtime;

/// <summary>
/// Jain's fairness index (Jain, Chiu and Hawe 1984): J = (Σ n)² / (E·Σ n²). 1 is even, 1/E means one expert has all.
/// With CV the coefficient of variation, J = 1 / (1 + CV²).
/// </summary>
public static class JainIndex
{
    /// <summary>J, from 1/E to 1; 1 without a pick.</summary>
    /// <param name="counts_E">n: picks per expert.</param>
    public static double Of(IReadOnlyList<long> counts_E)
    {
        var (sum, squares) = (counts_E.Sum(count => (double)count), counts_E.Sum(count => (double)count * count));
        return squares == 0 ? 1 : sum * sum / (counts_E.Count * squares);
    }
}
