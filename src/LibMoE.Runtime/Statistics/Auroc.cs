using MathNet.Numerics.Distributions;

namespace LibMoE.Runtime;

/// <summary>
/// The area under the receiver operating characteristic: how likely a positive example scores above a negative one, ties counting half
/// (Hanley and McNeil 1982), with the error of DeLong, DeLong and Clarke-Pearson (1988).
/// </summary>
/// <param name="Value">From 0 to 1, ½ for guessing; NaN without a positive or without a negative example.</param>
/// <param name="StdErr">√(s²₊/m + s²₋/n), where s²₊ is the variance over the m positive examples of the share of negative ones that score
/// below each, and s²₋ that over the n negative ones of the share of positive ones above each; NaN with fewer than two of either.</param>
public sealed record Auroc(double Value, double StdErr)
{
    /// <summary>Measures scores.</summary>
    /// <param name="scores">One for each example; higher means positive. None is NaN.</param>
    /// <param name="positive">Which examples are positive.</param>
    /// <exception cref="ArgumentException">The lists are not of one length, or a score is not a number.</exception>
    public static Auroc Of(IReadOnlyList<double> scores, IReadOnlyList<bool> positive)
    {
        if (scores.Count != positive.Count || scores.Any(double.IsNaN))
        {
            throw new ArgumentException("Every example needs one score, which is a number, and one label.", nameof(scores));
        }

        double[] above = [.. scores.Where((_, example) => positive[example]).Order()];
        double[] below = [.. scores.Where((_, example) => !positive[example]).Order()];
        if (above.Length == 0 || below.Length == 0)
        {
            return new Auroc(double.NaN, double.NaN);
        }

        var ofPositive = Statistics.SampleMean.Of([.. above.Select(score => ShareBelow(below, score))]);
        var ofNegative = Statistics.SampleMean.Of([.. below.Select(score => 1 - ShareBelow(above, score))]);
        return new Auroc(ofPositive.Mean, Math.Sqrt(ofPositive.Variance / above.Length + ofNegative.Variance / below.Length));
    }

    /// <summary>The interval that holds the area in <paramref name="level"/> of all samples, by the normal distribution, cut to
    /// 0 … 1.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public (double Low, double High) Interval(double level = 0.95)
    {
        var reach = Normal.InvCDF(0, 1, (1 + level) / 2) * StdErr;
        return (Math.Max(0, Value - reach), Math.Min(1, Value + reach));
    }

    /// <summary>Of sorted scores the share below one, ties counting half.</summary>
    private static double ShareBelow(double[] sorted, double score) =>
        (First(sorted, other => other >= score) + First(sorted, other => other > score)) / (2.0 * sorted.Length);

    /// <summary>The first place at which what holds from some place on holds.</summary>
    private static int First(double[] sorted, Func<double, bool> holds)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(sorted[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
