namespace LibMoE.Runtime;

/// <summary>The mean, over tasks, of a model's place among the models; equals share the mean of their places.</summary>
internal static class AverageRank
{
    /// <summary>The average rank of each model; 1 is the best there can be.</summary>
    /// <param name="scores">By task, each model's score, in one order of the models.</param>
    /// <param name="higherIsBetter">By task.</param>
    public static double[] Of(IReadOnlyList<double[]> scores, IReadOnlyList<bool> higherIsBetter)
    {
        var ranks = scores.Zip(higherIsBetter, (row, higher) => Ranks(higher ? [.. row.Select(score => -score)] : row)).ToList();
        return [.. Enumerable.Range(0, scores[0].Length).Select(model => ranks.Average(row => row[model]))];
    }

    /// <summary>The places of values, the smallest first.</summary>
    private static double[] Ranks(double[] values) =>
        [.. values.Select(value => values.Count(other => other < value) + (1 + values.Count(other => other.Equals(value))) / 2.0)];
}
