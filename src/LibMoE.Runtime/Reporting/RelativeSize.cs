using System.Globalization;

namespace LibMoE.Runtime.Reporting;

/// <summary>Whether compared variants use as many parameters for a token as the baseline does.</summary>
internal static class RelativeSize
{
    /// <summary>Active parameters may differ by this share and count as equal.</summary>
    public const double Equal = 0.02;

    /// <summary>The variants' active parameters as multiples of the baseline's, such as <c>1.34</c> or <c>1.34 to 1.50</c>; null where they
    /// are equal, or there is no baseline.</summary>
    /// <param name="variants">Runs of the variants.</param>
    /// <param name="baseline">Runs of the baseline.</param>
    public static string? Of(IEnumerable<TrainingResult> variants, IReadOnlyList<TrainingResult> baseline)
    {
        if (baseline is not [{ ActiveParameters: > 0 } dense, ..])
        {
            return null;
        }

        double[] ratios = [.. variants.Select(run => (double)run.ActiveParameters / dense.ActiveParameters).Distinct().Order()];
        if (ratios.Length == 0 || (ratios[0] >= 1 / (1 + Equal) && ratios[^1] <= 1 + Equal))
        {
            return null;
        }

        var (least, most) = (Words(ratios[0]), Words(ratios[^1]));
        return least == most ? least : $"{least} to {most}";

        static string Words(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
    }
}
