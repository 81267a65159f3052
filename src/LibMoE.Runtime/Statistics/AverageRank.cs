namespace LibMoE.Runtime;

/// <summary>
/// Average rank, as LibMoE ranks methods (arXiv:2411.00918, tables 1 and 2): per column the best has rank 1 and equal scores share the mean
/// of their ranks; a method's rank is its mean over the columns.
/// </summary>
public static class AverageRank
{
    /// <summary>The average rank of each row.</summary>
    /// <param name="scores">[methods][columns]; all rows equally long.</param>
    /// <param name="lowerIsBetter">Per column whether a lower score is better (perplexity, loss);
    /// null means higher is better everywhere.</param>
    /// <exception cref="ArgumentException">A method has no score in a column that others have one in.</exception>
    public static double[] Of(IReadOnlyList<IReadOnlyList<double>> scores, IReadOnlyList<bool>? lowerIsBetter = null)
    {
        var columns = scores.Select(row => row.Count).Distinct().ToList() is [var width] && (lowerIsBetter?.Count ?? width) == width
            ? width
            : throw new ArgumentException("Every method must have a score in every column.", nameof(scores));
        return
        [
            .. scores.Select(row => Enumerable.Range(0, columns).Average(column =>
            {
                double Goodness(IReadOnlyList<double> scored) => lowerIsBetter?[column] == true ? -scored[column] : scored[column];
                var own = Goodness(row);
                return 1 + scores.Count(other => Goodness(other) > own) + ((scores.Count(other => Goodness(other) == own) - 1) / 2.0);
            })),
        ];
    }
}
