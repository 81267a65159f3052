using System.Globalization;

namespace Federated;

/// <summary>Figures of several seeds, in a table.</summary>
internal static class SeedMean
{
    /// <summary>Their mean ± its standard error.</summary>
    public static string Text(IReadOnlyList<double> seeds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seeds.Average():F3} ± {Error(seeds):F3}");

    /// <summary>√(Σ(x − x̄)²/(n − 1)/n): the standard error of their mean; 0 of one seed.</summary>
    public static double Error(IReadOnlyList<double> seeds)
    {
        var mean = seeds.Average();
        return seeds.Count < 2 ? 0 : Math.Sqrt(seeds.Sum(seed => (seed - mean) * (seed - mean)) / (seeds.Count - 1) / seeds.Count);
    }
}
