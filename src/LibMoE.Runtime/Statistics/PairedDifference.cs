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

    /// <summary>The 95 % interval d̄ ± t·s/√n of Student's t with n − 1 degrees of freedom, such as [−0.102, −0.066]; empty for one
    /// pair, of which nothing is known.</summary>
    /// <param name="pairs">n.</param>
    /// <param name="decimals">How many.</param>
    public string Interval(int pairs, int decimals)
    {
        if (pairs < 2)
        {
            return "";
        }

        var reach = StudentT.Quantile(Significance.Level, pairs - 1) * StandardError;
        return $"[{Signed(Mean - reach, decimals)}, {Signed(Mean + reach, decimals)}]";
    }

    private static string Plain(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
