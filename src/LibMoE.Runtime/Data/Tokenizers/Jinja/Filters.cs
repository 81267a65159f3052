using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>A filter.</summary>
/// <param name="Parameters">Its parameters; null where it looks at what the call brings itself.</param>
/// <param name="Apply">What it makes of a value.</param>
internal sealed record FilterRow(IReadOnlyList<string>? Parameters, Func<JinjaValue, BoundArguments, JinjaValue> Apply);

/// <summary>The filters that are known: <see cref="TextFilters"/>, <see cref="ListFilters"/>, <see cref="ValueFilters"/>.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, FilterRow> Rows =
        TextFilters.Rows.Concat(ListFilters.Rows).Concat(ChoosingFilters.Rows).Concat(ValueFilters.Rows).ToDictionary();

    /// <summary>Applies a filter.</summary>
    /// <exception cref="JinjaException">There is no such filter, or it cannot be applied.</exception>
    public static JinjaValue Apply(string name, JinjaValue value, CallArguments given)
    {
        if (!Rows.TryGetValue(name, out var row))
        {
            throw new JinjaException(
                $"the filter {MessageText.Quote(name)} is not run here; filters are "
                    + $"{string.Join(", ", Rows.Keys.Order(StringComparer.Ordinal))}");
        }

        var what = $"the filter {name}";
        return row.Apply(value, row.Parameters is { } parameters
            ? BoundArguments.Of(given, what, parameters)
            : BoundArguments.Unbound(given, what));
    }
}
