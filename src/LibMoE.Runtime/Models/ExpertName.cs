using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>An expert that tokens pick, as a person names it: <c>3</c> in every MoE layer, or <c>1:3</c> in MoE layer 1.</summary>
/// <param name="Expert">The expert, from 0.</param>
/// <param name="Layer">The MoE layer that it is in, counted over MoE layers from 0; null: the expert of that number in every one.</param>
public sealed record ExpertName(int Expert, int? Layer = null)
{
    /// <summary>Reads names that are separated by commas, such as <c>3, 1:5</c>; null where one is no name.</summary>
    /// <param name="text">The names.</param>
    public static IReadOnlyList<ExpertName>? TryParse(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries).Select(One).ToList();
        return names.Contains(null) ? null : [.. names.OfType<ExpertName>()];
    }

    /// <summary>As it is written.</summary>
    public override string ToString() =>
        Layer is { } layer ? FormattableString.Invariant($"{layer}:{Expert}") : FormattableString.Invariant($"{Expert}");

    /// <summary>Whether it names an expert of that MoE layer.</summary>
    internal bool IsIn(int layer) => Layer is null || Layer == layer;

    private static ExpertName? One(string text)
    {
        var numbers = text.Split(':').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return numbers.Count is 1 or 2 && numbers.All(number => number >= 0)
            ? new ExpertName(numbers[^1], numbers.Count == 2 ? numbers[0] : null)
            : null;
    }
}
