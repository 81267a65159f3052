using System.Globalization;
using Domains;
using LibMoE.Runtime;

namespace Images;

/// <summary>With few labels a student that has a teacher is to be better than the same student alone, by so many points.</summary>
internal sealed class FewLabelsCriterion : ICriterion
{
    private const double Points = 1.5;
    private const string Metric = "accuracy";
    private const string Weight = "Training:Distill:Weight";

    /// <summary>The differences at equal seeds and settings, and whether each is what was asked for.</summary>
    public string Of(StudyResults results)
    {
        var asked = string.Create(
            CultureInfo.InvariantCulture, $"Asked for: {Metric} at least {Points} points above the student alone, at equal seeds");
        List<string> pairs =
        [
            .. from with in results.Variants
               where WeightOf(with) > 0
               from alone in results.Variants
               where WeightOf(alone) == 0 && alone.Variant == with.Variant && Beside(alone).SequenceEqual(Beside(with))
               select $"{with.Name} {Words(with, alone)}",
        ];
        return pairs.Count > 0
            ? $"{asked}. {string.Join(", ", pairs)}."
            : $"{asked}: not measured, which takes --Training:Distill:Teacher=RUN --Study:Grid:{Weight}=0,1.";
    }

    private static string Words(VariantResult with, VariantResult alone)
    {
        var pairs = SeedPairs.Of(with, alone, Metric, scale: 100);
        if (pairs.Seeds == 0)
        {
            return "has no seed of the student alone";
        }

        var gain = pairs.Difference;
        var (text, count) = pairs.Seeds > 1
            ? (gain.Text(decimals: 2), $"{pairs.Seeds} seeds")
            : (PairedDifference.Signed(gain.Mean, decimals: 2), "one seed");
        return $"{text} points ({count}): {(gain.Mean >= Points ? "reached" : "missed")}";
    }

    private static double WeightOf(VariantResult variant) =>
        variant.Settings?.GetValueOrDefault(Weight) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>What else a grid sets.</summary>
    private static IEnumerable<(string Key, string Value)> Beside(VariantResult variant) => variant.Settings!
        .Where(setting => setting.Key != Weight)
        .Select(setting => (setting.Key, setting.Value)).OrderBy(setting => setting.Key, StringComparer.Ordinal);
}
