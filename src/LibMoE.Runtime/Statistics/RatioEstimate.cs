namespace LibMoE.Runtime.Statistics;

/// <summary>A ratio of sums over items, and its standard error.</summary>
/// <param name="Value">r = Σ aᵢ / Σ bᵢ; 0 where no b is anything.</param>
/// <param name="StdErr">
/// √(n/(n−1) · Σ (aᵢ − r bᵢ)²) / Σ bᵢ (Cochran 1977, Sampling Techniques, section 2.11, without the correction for finite populations).
/// With all b = 1 this is the sample standard deviation over √n. NaN for a single item.
/// </param>
/// <param name="Items">n.</param>
internal sealed record RatioEstimate(double Value, double StdErr, int Items)
{
    /// <summary>Estimates from items.</summary>
    public static RatioEstimate Of(IReadOnlyList<(double A, double B)> terms)
    {
        var (a, b) = (terms.Sum(term => term.A), terms.Sum(term => term.B));
        var ratio = b == 0 ? 0 : a / b;
        var squares = terms.Sum(term => (term.A - ratio * term.B) * (term.A - ratio * term.B));
        var count = terms.Count;
        var error = count < 2 ? double.NaN : Math.Sqrt(squares * count / (count - 1)) / b;
        return new RatioEstimate(ratio, error, count);
    }

    /// <summary>
    /// The mean of groups' ratios, all groups alike: its error is √(Σ se²)/G, the groups being independent. Where a group has a single
    /// item, the error is that of all items as one sample, each with the weight 1/(its group's items); see <see cref="Strata"/>.
    /// </summary>
    public static RatioEstimate Macro(IReadOnlyList<IReadOnlyList<(double A, double B)>> groups)
    {
        var estimates = groups.Select(Of).ToList();
        var strata = Strata.Of(groups);
        var error = strata.Count == groups.Count
            ? Math.Sqrt(estimates.Sum(group => group.StdErr * group.StdErr)) / groups.Count
            : Of([.. strata[0].Select(term => (term.Weight * term.Item.A, term.Weight * term.Item.B))]).StdErr;
        return new RatioEstimate(estimates.Average(group => group.Value), error, estimates.Sum(group => group.Items));
    }
}
