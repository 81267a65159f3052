namespace LibMoE.Runtime.Statistics;

/// <summary>The mean of a sample, and how far it may be from the mean of what was sampled.</summary>
/// <param name="Mean">x̄.</param>
/// <param name="Variance">s² = Σ(x − x̄)²/(n − 1); NaN for a single value.</param>
/// <param name="Count">n.</param>
internal readonly record struct SampleMean(double Mean, double Variance, int Count)
{
    /// <summary>s.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>s/√n: the standard error of the mean; NaN for a single value.</summary>
    public double StdErr => Math.Sqrt(Variance / Count);

    /// <summary>Of at least one value.</summary>
    public static SampleMean Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new SampleMean(mean, values.Count < 2 ? double.NaN : squares / (values.Count - 1), values.Count);
    }
}
