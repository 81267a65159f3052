namespace LibMoE.Benchmarks.Measuring;

/// <summary>What one contender of a contest reached.</summary>
/// <param name="Contest">The contest's name.</param>
/// <param name="Contender">The contender's name.</param>
/// <param name="Threads">libtorch's thread count.</param>
/// <param name="Rounds">How many rounds there were.</param>
/// <param name="Milliseconds">The median time of a step; null where memory was measured.</param>
/// <param name="Ratio">The median over the rounds of its time divided by the baseline's in the same round.</param>
/// <param name="LowRatio">The first quartile of that ratio.</param>
/// <param name="HighRatio">The third quartile of that ratio.</param>
/// <param name="TokensPerSecond">Null where a step is not a training step.</param>
/// <param name="PeakMebibytes">The peak of resident memory above that before the step; null where time was measured.</param>
internal sealed record Result(
    string Contest, string Contender, int Threads, int Rounds, double? Milliseconds, double? Ratio, double? LowRatio, double? HighRatio,
    double? TokensPerSecond = null, double? PeakMebibytes = null)
{
    public static Result Of(Contest contest, string contender, IReadOnlyList<double> times, IReadOnlyList<double> baseline)
    {
        var ratios = times.Zip(baseline, (time, other) => time / other).Order().ToList();
        var median = Quantile([.. times.Order()], 0.5);
        return new Result(
            contest.Name, contender, contest.Threads, times.Count, median,
            Quantile(ratios, 0.5), Quantile(ratios, 0.25), Quantile(ratios, 0.75), contest.TokensPerStep / (median / 1000));
    }

    private static double Quantile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var low = (int)place;
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    }
}
