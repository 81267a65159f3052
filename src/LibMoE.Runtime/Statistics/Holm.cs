namespace LibMoE.Runtime.Statistics;

/// <summary>
/// Holm's correction (1979) for the comparisons of a table: with it, a table in which nothing differs says so in all but the stated share
/// of studies, however many comparisons it has and however they hang together.
/// </summary>
internal static class Holm
{
    /// <summary>
    /// The adjusted p-values, in order: with p₁ ≤ … ≤ p_m, p̃_i = max over j ≤ i of min(1, (m − j + 1)·p_j). What was not tested (null)
    /// stays so and does not count.
    /// </summary>
    public static double?[] Adjust(IReadOnlyList<double?> pValues)
    {
        var adjusted = new double?[pValues.Count];
        var (left, largest) = (pValues.Count(p => p is not null), 0.0);
        foreach (var (index, p) in pValues.Index().Where(one => one.Item is not null).OrderBy(one => one.Item))
        {
            largest = Math.Max(largest, Math.Min(1, left-- * p!.Value));
            adjusted[index] = largest;
        }

        return adjusted;
    }

    /// <summary>The rows of a table, each with its adjusted p-value.</summary>
    /// <param name="rows">The comparisons of the table.</param>
    /// <param name="pValue">A row's p-value; null where it was not tested.</param>
    /// <param name="with">Gives a row its adjusted p-value.</param>
    public static IReadOnlyList<T> Adjust<T>(IReadOnlyList<T> rows, Func<T, double?> pValue, Func<T, double?, T> with) =>
        [.. rows.Zip(Adjust([.. rows.Select(pValue)]), with)];
}
