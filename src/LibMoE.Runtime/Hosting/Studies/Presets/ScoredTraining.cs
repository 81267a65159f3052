using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>
/// The preset <c>early-stopping</c>: scores over the checkpoints, the best against the last, and the share of variants whose best is not
/// the last. LibMoE (arXiv:2411.00918) finds 3 of 7 methods best at 80 % of training.
/// </summary>
internal static class ScoredTraining
{
    /// <summary>One curve per cell: the mean of its task scores where there are any, else its held-out loss.</summary>
    public static IReadOnlyList<CheckpointCurve> Curves(IReadOnlyList<AnalysedCell> cells)
    {
        var analysed = cells.Where(cell => cell.Analysis is { Training.Count: > 1 }).ToList();
        var byTasks = analysed.Count > 0 && analysed.All(cell => cell.Analysis!.Training.All(point => point.Tasks.Count > 0));
        return
        [
            .. analysed.Select(cell => new CheckpointCurve(
                FormattableString.Invariant($"{cell.Label}, seed {cell.Result.Seed}"),
                [.. cell.Analysis!.Training.Select(
                    point => new CheckpointScore(point.Fraction, byTasks ? point.Tasks.Values.Average() : point.Loss))],
                LowerIsBetter: !byTasks)),
        ];
    }

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var curves = Curves(cells);
        if (curves.Count == 0)
        {
            return ["No run was scored at more than one moment of training; Analysis:Points says how many there are."];
        }

        var what = curves[0].LowerIsBetter ? "held-out loss" : "mean task score";
        var early = curves.Where(curve => curve.PeaksEarly).ToList();
        var share = CheckpointCurve.ShareThatPeakEarly(curves);
        return
        [
            string.Create(CultureInfo.InvariantCulture,
                $"{early.Count} of {curves.Count} runs ({share:P0}) had their best {what} before the last of "
                    + $"{curves.Max(curve => curve.Points.Count)} scored moments."),
            .. early.Select(curve => string.Create(CultureInfo.InvariantCulture,
                $"{curve.Name}: best at {curve.Best!.Fraction:P0} ({curve.Best.Score:F4}), last {curve.Last!.Score:F4}; training on "
                    + $"cost {curve.Lost:F4}.")),
            .. early.Count == curves.Count
                ? Array.Empty<string>()
                : [$"{curves.Except(early).Select(curve => curve.Name).Humanize("and")}: the last is the best."],
            "Each curve is one run on the same held-out items: of several moments one is the best by chance, too, and another seed "
                + "may have another.",
        ];
    }
}
