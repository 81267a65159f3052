using System.Globalization;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>A mean difference between paired measurements: what makes one sequence or item hard for both drops out.</summary>
/// <param name="Mean">d̄, the mean of the differences.</param>
/// <param name="StandardError">√(Σ(d − d̄)²/(n − 1)/n); 0 for one pair.</param>
public sealed record PairedDifference(double Mean, double StandardError)
{
    /// <summary>Of two lists of measurements of the same things in the same order.</summary>
    /// <param name="with">The measurements of interest.</param>
    /// <param name="without">What they are compared with.</param>
    /// <exception cref="ArgumentException">There are not as many measurements on both sides, or none.</exception>
    public static PairedDifference Of(IReadOnlyList<double> with, IReadOnlyList<double> without)
    {
        if (with.Count != without.Count || with.Count == 0)
        {
            throw new ArgumentException(
                $"Paired measurements must be as many on both sides, and at least one; here are {with.Count} and {without.Count}.");
        }

        double[] differences = [.. with.Zip(without, (one, other) => one - other)];
        var over = SampleMean.Of(differences);
        return new PairedDifference(over.Mean, differences.Length == 1 ? 0 : over.StdErr);
    }

    /// <summary>A difference with its sign, such as −0.084; one that is rounded to nothing keeps its own.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="decimals">How many.</param>
    public static string Signed(double difference, int decimals) =>
        (difference < 0 ? "−" : "+") + Plain(Math.Abs(difference), decimals);

    /// <summary>The mean with its sign and the standard error, such as −0.084 ± 0.008.</summary>
    /// <param name="decimals">How many.</param>
    public string Text(int decimals) => $"{Signed(Mean, decimals)} ± {Plain(StandardError, decimals)}";

    /// <summary>The same of a mean over seeds: of one seed, which has no error, <c>+0.013 (one seed)</c>.</summary>
    /// <param name="decimals">How many.</param>
    /// <param name="seeds">How many seeds it is the mean of.</param>
    public string Text(int decimals, int seeds) => seeds > 1 ? Text(decimals) : $"{Signed(Mean, decimals)} (one seed)";

    /// <summary>Half the width of the 95 % interval by Student's t (1908): t·standard error, where |T| of n − 1 degrees of freedom is
    /// above t in one case of 20. NaN for one pair, of which nothing is known.</summary>
    /// <param name="pairs">n: how many pairs it is the mean of.</param>
    public double HalfWidth(int pairs) => pairs < 2 ? double.NaN : StudentT.Quantile(Significance.Level, pairs - 1) * StandardError;

    /// <summary>The 95 % interval, such as [−0.102, −0.066]; empty for one pair, of which nothing is known.</summary>
    /// <param name="pairs">n: how many pairs it is the mean of.</param>
    /// <param name="decimals">How many.</param>
    public string Interval(int pairs, int decimals) => pairs < 2
        ? ""
        : $"[{Signed(Mean - HalfWidth(pairs), decimals)}, {Signed(Mean + HalfWidth(pairs), decimals)}]";

    private static string Plain(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
