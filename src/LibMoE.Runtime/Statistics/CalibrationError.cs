using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>The expected calibration error (Naeini et al. 2015; Guo et al. 2017): how far what a model is sure of is from how often it is
/// right.</summary>
/// <param name="Value">Σ_b (n_b/n)·|mean right_b − mean confidence_b| over bins ((b − 1)/B, b/B] of equal width; 0 is calibrated, and NaN
/// without examples.</param>
/// <param name="StdErr">Its standard deviation over bootstrap samples of the examples.</param>
public sealed record CalibrationError(double Value, double StdErr)
{
    /// <summary>How many bins Guo et al. take.</summary>
    public const int DefaultBins = 15;

    /// <summary>Measures what was said.</summary>
    /// <param name="confidences">Of each example the probability of what was said, from 0 to 1.</param>
    /// <param name="right">How right each was: 1 or 0.</param>
    /// <param name="bins">B, at least 1.</param>
    /// <exception cref="ArgumentException">The lists are not of one length, or a confidence is no probability.</exception>
    public static CalibrationError Of(IReadOnlyList<double> confidences, IReadOnlyList<double> right, int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.Count != right.Count || confidences.Any(confidence => confidence is not (>= 0 and <= 1)))
        {
            throw new ArgumentException("Every example needs one confidence from 0 to 1, and whether it is right.", nameof(confidences));
        }

        if (confidences.Count == 0)
        {
            return new CalibrationError(double.NaN, double.NaN);
        }

        int[] bin = [.. confidences.Select(confidence => Math.Max(0, (int)Math.Ceiling(confidence * bins) - 1))];
        double[] gap = [.. right.Zip(confidences, (one, confidence) => one - confidence)];
        int[] once = [.. Enumerable.Repeat(1, bin.Length)];
        return new CalibrationError(Drawn([once]), Bootstrap.StdErrs([bin.Length], seed: 0, [Drawn])[0]);

        double Drawn(IReadOnlyList<int[]> counts)
        {
            var sums = new double[bins];
            for (var example = 0; example < bin.Length; example++)
            {
                sums[bin[example]] += counts[0][example] * gap[example];
            }

            return sums.Sum(Math.Abs) / counts[0].Sum();
        }
    }
}
