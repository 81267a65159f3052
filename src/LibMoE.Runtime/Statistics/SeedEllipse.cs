namespace LibMoE.Runtime.Statistics;

/// <summary>
/// How pairs of figures scatter: the ellipse (z − m)ᵀ·S⁻¹·(z − m) = 1 about their mean m, S their sample covariance (concentration ellipse
/// at a Mahalanobis distance of 1; Mahalanobis 1936). Its shadow on either axis reaches one standard deviation to both sides.
/// </summary>
/// <param name="First">Of the first figures.</param>
/// <param name="Second">Of the second figures.</param>
/// <param name="Correlation">Pearson's r = Σ(x − x̄)(y − ȳ)/((n − 1)·s_x·s_y); 0 where one of them does not vary, NaN of one pair.</param>
internal readonly record struct SeedEllipse(SampleMean First, SampleMean Second, double Correlation)
{
    /// <summary>The fewest pairs of which an ellipse is drawn: of two it is a line.</summary>
    public const int Fewest = 3;

    /// <summary>Of at least one pair.</summary>
    public static SeedEllipse Of(IReadOnlyList<(double First, double Second)> pairs)
    {
        var (first, second) = (SampleMean.Of([.. pairs.Select(pair => pair.First)]), SampleMean.Of([.. pairs.Select(pair => pair.Second)]));
        var covariance = pairs.Sum(pair => (pair.First - first.Mean) * (pair.Second - second.Mean)) / (pairs.Count - 1);
        var scale = first.Deviation * second.Deviation;
        return new SeedEllipse(first, second, scale == 0 ? 0 : Math.Clamp(covariance / scale, -1, 1));
    }

    /// <summary>The ellipse's point m + L·(cos t, sin t), L·Lᵀ = S (Cholesky), which is
    /// (x̄ + s_x·cos t, ȳ + s_y·(r·cos t + √(1 − r²)·sin t)).</summary>
    /// <param name="turn">t.</param>
    /// <param name="mean">m.</param>
    /// <param name="deviation">s_x and s_y.</param>
    /// <param name="correlation">r.</param>
    public static (double First, double Second) At(
        double turn, (double First, double Second) mean, (double First, double Second) deviation, double correlation) => (
            mean.First + deviation.First * Math.Cos(turn),
            mean.Second + deviation.Second * (correlation * Math.Cos(turn) + Math.Sqrt(1 - correlation * correlation) * Math.Sin(turn)));
}
