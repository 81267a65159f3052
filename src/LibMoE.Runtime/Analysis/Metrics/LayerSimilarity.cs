namespace LibMoE.Runtime;

/// <summary>Similarity of two layers' loads, as LibMoE logs it: Σ_e min(u_e of one, u_e of the other).
/// 1 for equal shares, 0 for disjoint ones.</summary>
public static class LayerSimilarity
{
    /// <summary>From 0 to 1.</summary>
    /// <param name="shares_E">u of one layer.</param>
    /// <param name="others_E">u of the other; as many experts.</param>
    /// <exception cref="ArgumentException">The layers have different numbers of experts.</exception>
    public static double Of(IReadOnlyList<double> shares_E, IReadOnlyList<double> others_E) => shares_E.Count == others_E.Count
        ? shares_E.Zip(others_E, Math.Min).Sum()
        : throw new ArgumentException(
            $"Both layers must have the same number of experts; one has {shares_E.Count}, the other {others_E.Count}.");

    /// <summary>[L, L] of all pairs; the diagonal is 1 for a layer in use.</summary>
    /// <exception cref="ArgumentException">The layers have different numbers of experts.</exception>
    public static double[][] Matrix(IReadOnlyList<IReadOnlyList<double>> shares_LE) =>
        [.. shares_LE.Select(row => shares_LE.Select(other => Of(row, other)).ToArray())];

    /// <summary>LibMoE's universal score: the mean of the matrix, the diagonal included.</summary>
    public static double Universal(IReadOnlyList<IReadOnlyList<double>> matrix_LL) => matrix_LL.Average(row => row.Average());

    /// <summary>LibMoE's optimistic universal score: the mean over layers of the largest similarity with another one;
    /// 1 for a single layer.</summary>
    public static double Optimistic(IReadOnlyList<IReadOnlyList<double>> matrix_LL) => matrix_LL.Count == 1
        ? 1
        : matrix_LL.Index().Average(row => row.Item.Index().Where(column => column.Index != row.Index).Max(column => column.Item));
}
