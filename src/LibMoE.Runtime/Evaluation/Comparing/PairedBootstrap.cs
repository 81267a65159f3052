using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Evaluation.Comparing;

/// <summary>
/// The paired bootstrap over items (Koehn 2004): items are redrawn for both models together, so that what makes an item hard for both
/// drops out.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>The middle 95 % of the resampled differences, their standard deviation, and a two-sided p-value.</summary>
    /// <param name="items">The items.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>
    /// p = 2·(1 + the smaller of the numbers of resamples with a difference ≤ 0 and ≥ 0) / (1 + resamples), at most 1: never 0, since
    /// more resamples might differ.
    /// </returns>
    public static (double Low, double High, double StdErr, double PValue) Run(PairedItems items, int seed)
    {
        var resamples = Bootstrap.Resamples(items.Count);
        var random = new Random(seed);
        var counts = items.Sizes.Select(size => new int[size]).ToList();
        var differences = new double[resamples];
        for (var resample = 0; resample < resamples; resample++)
        {
            Bootstrap.Draw(counts, random);
            differences[resample] = items.Difference(counts);
        }

        Array.Sort(differences);
        var below = differences.Count(difference => difference <= 0);
        var above = differences.Count(difference => difference >= 0);
        var pValue = Math.Min(1, 2.0 * (1 + Math.Min(below, above)) / (1 + resamples));
        return (Quantile(0.025), Quantile(0.975), SampleMean.Of(differences).Deviation, pValue);

        double Quantile(double share) => differences[(int)Math.Round(share * (resamples - 1))];
    }
}
