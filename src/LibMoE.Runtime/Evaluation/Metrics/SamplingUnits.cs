using LibMoE.Runtime.Evaluation.Reading;

namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>
/// What is drawn at random, in thought, when a benchmark is: an item, or items that go together, such as MME's two questions on an image.
/// Sums over a unit in the place of items make the error of a ratio that of clusters (Cochran 1977, section 9A.2).
/// </summary>
internal static class SamplingUnits
{
    /// <summary>The items by unit, in the order of their first items.</summary>
    public static IReadOnlyList<IReadOnlyList<ItemOutcome>> Of(IEnumerable<ItemOutcome> items) =>
        ItemUnits.Of(items, item => (item.Group, item.Unit));
}
