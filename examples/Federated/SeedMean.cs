using System.Globalization;

namespace Federated;

/// <summary>Figures of several seeds, in a table.</summary>
internal static class SeedMean
{
    /// <summary>Their mean ± its standard error.</summary>
    public static string Text(IReadOnlyList<double> seeds)
    {
        var mean = seeds.Average();
        var error = seeds.Count < 2 ? 0 : Math.Sqrt(seeds.Sum(seed => (seed - mean) * (seed - mean)) / (seeds.Count - 1) / seeds.Count);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F3} ± {error:F3}");
    }
}
