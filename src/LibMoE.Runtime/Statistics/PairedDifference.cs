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
}
