namespace LibMoE.Runtime.Statistics;

/// <summary>
/// A mean over seeds and items (held-out sequences, questions), both taken as drawn at random: d_si = μ + seed_s + item_i + rest_si. It
/// says how far the mean may be from μ, the value for all seeds and all such items.
/// </summary>
/// <param name="Mean">d̄, over all seeds and items.</param>
/// <param name="SeedsStdErr">a: the standard error over the S seeds of their means over items, s/√S; NaN with one seed.</param>
/// <param name="ItemsStdErr">b: the standard error over the I items of their means over seeds, s/√I; NaN with one item.</param>
/// <param name="Seeds">S.</param>
/// <param name="Items">I.</param>
/// <remarks>
/// Var d̄ = σ²_seed/S + σ²_item/I + σ²_rest/(S·I). The expectation of a² is the first and the last of these, that of b² the second and the
/// last, so a² + b² is too large by σ²_rest/(S·I) at most. t = d̄/√(a² + b²) is held to Student's distribution with min(S, I) − 1 degrees
/// of freedom. That is conservative: for independent estimates of two variances, the test with the smaller of their degrees of freedom
/// never errs more often than it says (Mickey and Brown 1966, Annals of Mathematical Statistics 37), where Satterthwaite's (1946) may with
/// two or three seeds. With one seed nothing is known of σ²_seed: the error is b alone and the mean that of this seed, with I − 1 degrees
/// of freedom.
/// </remarks>
internal sealed record SeedsAndItems(double Mean, double SeedsStdErr, double ItemsStdErr, int Seeds, int Items)
{
    /// <summary>Whether the error covers what another seed would change.</summary>
    public bool CoversSeeds => Seeds > 1;

    /// <summary>√(a² + b²); b with one seed, and NaN with one item.</summary>
    public double StdErr => CoversSeeds ? Math.Sqrt(SeedsStdErr * SeedsStdErr + ItemsStdErr * ItemsStdErr) : ItemsStdErr;

    /// <summary>min(S, I) − 1, or I − 1 with one seed.</summary>
    public int Freedom => CoversSeeds ? Math.Min(Seeds, Items) - 1 : Items - 1;

    /// <summary>The two-sided p-value of "μ is 0"; null where nothing is known of the error. An error of 0 leaves no doubt, unless the mean
    /// is 0.</summary>
    public double? PValue => Freedom < 1 || !double.IsFinite(Mean) || !double.IsFinite(StdErr) ? null
        : Mean == 0 ? 1
        : StudentT.PValue(StdErr == 0 ? double.PositiveInfinity : Mean / StdErr, Freedom);

    /// <summary>How far the interval reaches to either side that holds μ in 1 − p of all studies; NaN where nothing is known of the
    /// error.</summary>
    public double Reach(double p = Significance.Level) => Freedom < 1 ? double.NaN : StudentT.Quantile(p, Freedom) * StdErr;

    /// <summary>Of measurements of the same items in the same order for every seed.</summary>
    public static SeedsAndItems Of(IReadOnlyList<IReadOnlyList<double>> values_SI)
    {
        var items = SampleMean.Of([.. Enumerable.Range(0, values_SI[0].Count).Select(item => values_SI.Average(seed => seed[item]))]);
        return Of([.. values_SI.Select(seed => seed.Average())], items.StdErr, items.Count);
    }

    /// <summary>Of the seeds' means, and an error over their common items that was found otherwise.</summary>
    /// <param name="seeds">Each seed's mean.</param>
    /// <param name="itemsStdErr">The standard error over items of the mean over seeds.</param>
    /// <param name="items">How many items; where nobody noted it, many.</param>
    public static SeedsAndItems Of(IReadOnlyList<double> seeds, double itemsStdErr, int items = int.MaxValue)
    {
        var over = SampleMean.Of(seeds);
        return new SeedsAndItems(over.Mean, over.StdErr, itemsStdErr, over.Count, items);
    }
}
