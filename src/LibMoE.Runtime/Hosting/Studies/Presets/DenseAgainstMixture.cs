using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>
/// The preset <c>dense</c>: when in training each mixture reaches the loss that the dense model of equal active parameters ends with. That
/// share of the steps is what the mixture saves in tokens.
/// </summary>
internal static class DenseAgainstMixture
{
    /// <summary>The share of training, from 0 to 1, at which a curve first is at or below a loss; linear between its points. Null if it never is.</summary>
    /// <param name="points">The moments of training, in order.</param>
    /// <param name="loss">The loss to be reached.</param>
    public static double? ReachedAt(IReadOnlyList<TrainingPoint> points, double loss)
    {
        for (var index = 0; index < points.Count; index++)
        {
            if (points[index].Loss is not { } here || here > loss)
            {
                continue;
            }

            if (index == 0 || points[index - 1].Loss is not { } before || before <= here)
            {
                return points[index].Fraction;
            }

            var (from, to) = (points[index - 1].Fraction, points[index].Fraction);
            return from + ((to - from) * (before - loss) / (before - here));
        }

        return null;
    }

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var dense = cells.Where(cell => cell.Result.Name == MoeVariant.Dense && cell.Analysis is { Training.Count: > 0 }).ToList();
        if (dense.Count == 0)
        {
            return ["There is no finished dense run with moments of training to compare with; name Dense among --variants and keep Analysis:Points above 0."];
        }

        var goal = dense.Average(cell => cell.Analysis!.Training[^1].Loss!.Value);
        return
        [
            .. cells.Where(cell => cell.Result.Name != MoeVariant.Dense && cell.Analysis is { Training.Count: > 0 }).GroupBy(cell => cell.Label).Select(seeds =>
            {
                var reached = seeds.Select(cell => ReachedAt(cell.Analysis!.Training, goal)).ToList();
                var count = reached.Count(share => share is not null);
                return count < reached.Count
                    ? string.Create(CultureInfo.InvariantCulture, $"{seeds.Key} reaches the loss that Dense ends with, {goal:F4}, in {count} of {reached.Count} runs.")
                    : string.Create(CultureInfo.InvariantCulture,
                        $"{seeds.Key} reaches the loss that Dense ends with, {goal:F4}, after {reached.Average():P0} of the steps: {1 / reached.Average():F2} times fewer tokens.");
            }),
        ];
    }
}
