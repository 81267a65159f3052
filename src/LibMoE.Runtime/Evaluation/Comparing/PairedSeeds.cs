namespace LibMoE.Runtime;

/// <summary>The paired t-test over seeds: t = mean / (s/√n) of the seeds' differences, with n − 1 degrees of freedom.</summary>
internal static class PairedSeeds
{
    /// <summary>The two-sided p-value; null with fewer than two seeds. Equal differences leave no doubt, unless they are 0.</summary>
    public static double? PValue(double[] differences)
    {
        var n = differences.Length;
        if (n < 2)
        {
            return null;
        }

        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (n - 1));
        return mean == 0 ? 1 : StudentT.PValue(deviation == 0 ? double.PositiveInfinity : mean / (deviation / Math.Sqrt(n)), n - 1);
    }
}
