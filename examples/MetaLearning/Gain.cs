using Domains;
using LibMoE.Runtime;

namespace MetaLearning;

/// <summary>What one beginning has over another in a metric, at equal seeds and on the same tasks.</summary>
/// <param name="Difference">The mean over seeds, ± its standard error.</param>
/// <param name="Seeds">How many.</param>
internal sealed record Gain(PairedDifference Difference, int Seeds)
{
    /// <summary>The setting that says how training began.</summary>
    public const string Key = "Training:Meta:Outer";

    public static Gain Of(string metric, VariantResult with, VariantResult without)
    {
        var pairs = SeedPairs.Of(with, without, metric);
        return new Gain(pairs.Difference, pairs.Seeds);
    }

    /// <summary>A net's variants by how training began; nets that differ in another setting are apart.</summary>
    public static IEnumerable<(string Net, IReadOnlyDictionary<string, VariantResult> Beginnings)> Nets(StudyResults results) =>
        from variant in results.Variants
        group variant by string.Join(' ', Others(variant).Prepend(variant.Variant ?? variant.Name)) into net
        select (net.Key, (IReadOnlyDictionary<string, VariantResult>)net.ToDictionary(
            variant => variant.Settings?.GetValueOrDefault(Key) ?? ""));

    private static IEnumerable<string> Others(VariantResult variant) =>
        (variant.Settings ?? new Dictionary<string, string>()).Where(setting => setting.Key != Key)
        .Select(setting => $"{setting.Key}={setting.Value}");

    public override string ToString() => Difference.Text(decimals: 3, Seeds);
}
