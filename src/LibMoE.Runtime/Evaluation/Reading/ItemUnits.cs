namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>Which items go together: those of one group with one unit; an item without a unit is one by itself.</summary>
internal static class ItemUnits
{
    /// <summary>The items by unit, in the order of their first items.</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Of<T>(IEnumerable<T> items, Func<T, (string Group, string? Unit)> unitOf) =>
        [.. items.Index().GroupBy(item => unitOf(item.Item) is { Unit: { Length: > 0 } unit, Group: var group }
            ? (-1, group, unit)
            : (item.Index, "", "")).Select(unit => (IReadOnlyList<T>)[.. unit.Select(item => item.Item)])];
}
