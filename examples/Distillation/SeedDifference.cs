using LibMoE.Runtime;

namespace Distillation;

/// <summary>Losses of two variants, seed by seed.</summary>
internal static class SeedDifference
{
    /// <summary>The losses of one minus those of the other.</summary>
    public static PairedDifference Of(VariantResult one, VariantResult other) => PairedDifference.Of(Losses(one), Losses(other));

    /// <summary>The same as text, with its 95 % interval where there are several seeds.</summary>
    public static string Text(VariantResult one, VariantResult other)
    {
        var difference = Of(one, other);
        return $"{difference.Text(decimals: 3)} {difference.Interval(one.Seeds.Count, decimals: 3)}".TrimEnd();
    }

    private static List<double> Losses(VariantResult variant) => [.. variant.Seeds.Select(seed => seed.ValidationLoss)];
}
