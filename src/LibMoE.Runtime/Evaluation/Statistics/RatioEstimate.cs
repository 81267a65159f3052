namespace LibMoE.Runtime;

/// <summary>A ratio of sums over items, and its standard error.</summary>
/// <param name="Value">r = Σ aᵢ / Σ bᵢ.</param>
/// <param name="StdErr">
/// √(n/(n−1) · Σ (aᵢ − r bᵢ)²) / Σ bᵢ (Cochran 1977, Sampling Techniques, section 2.11, without the correction for finite populations). With
/// all b = 1 this is the sample standard deviation over √n. NaN for a single item.
/// </param>
/// <param name="Items">n.</param>
internal sealed record RatioEstimate(double Value, double StdErr, int Items)
{
    /// <summary>Estimates from items.</summary>
    public static RatioEstimate Of(IReadOnlyList<(double A, double B)> terms)
    {
        var (a, b) = (terms.Sum(term => term.A), terms.Sum(term => term.B));
        var ratio = a / b;
        var squares = terms.Sum(term => (term.A - ratio * term.B) * (term.A - ratio * term.B));
        var count = terms.Count;
        var error = count < 2 ? double.NaN : Math.Sqrt(squares * count / (count - 1)) / b;
        return new RatioEstimate(ratio, error, count);
    }

    /// <summary>The mean of groups' ratios, all groups alike: its error is √(Σ se²)/G, the groups being independent.</summary>
    public static RatioEstimate Macro(IReadOnlyCollection<RatioEstimate> groups) => new(
        groups.Average(group => group.Value),
        Math.Sqrt(groups.Sum(group => group.StdErr * group.StdErr)) / groups.Count,
        groups.Sum(group => group.Items));
}
