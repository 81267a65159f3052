using System.Globalization;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>
/// The preset <c>dense</c>: when in training each mixture reaches the loss that the dense model of equal active parameters ends with. That
/// share of the steps is what the mixture saves in tokens. Seeds are the sample: with one, or where their interval reaches the end, nothing
/// is claimed.
/// </summary>
internal static class DenseAgainstMixture
{
    /// <summary>The share of training, from 0 to 1, at which a curve first is at or below a loss; linear between its points. Null if it
    /// never is.</summary>
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
            return ["There is no finished dense run with moments of training to compare with; name Dense among --variants and keep "
                + "Analysis:Points above 0."];
        }

        var goals = dense.ToDictionary(cell => cell.Result.Seed, cell => cell.Analysis!.Training[^1].Loss!.Value);
        return
        [
            .. cells.Where(cell => cell.Result.Name != MoeVariant.Dense && cell.Analysis is { Training.Count: > 0 })
                .GroupBy(cell => cell.Label)
                .Select(seeds => seeds.First().Result.SeesOtherTokens is { } how
                    ? $"{seeds.Key} {how}: it is not held to the loss of a model that predicts the next token."
                    : Sentence(seeds.Key, [.. seeds], goals)),
        ];
    }

    /// <summary>Each seed is held to the dense run of the same seed, where there is one.</summary>
    private static string Sentence(string name, IReadOnlyList<AnalysedCell> seeds, Dictionary<long, double> goals)
    {
        var mean = goals.Values.Average();
        var reaches = string.Create(CultureInfo.InvariantCulture, $"{name} reaches the loss that Dense ends with, {mean:F4}, ");
        var reached = seeds.Select(cell => ReachedAt(cell.Analysis!.Training, goals.GetValueOrDefault(cell.Result.Seed, mean))).ToList();
        var count = reached.Count(share => share is not null);
        if (count < reached.Count)
        {
            return $"{reaches}in {count} of {reached.Count} runs.";
        }

        var over = SampleMean.Of([.. reached.OfType<double>()]);
        var after = string.Create(CultureInfo.InvariantCulture, $"{reaches}after {over.Mean:P0} of the steps");
        if (over.Count < 2)
        {
            return $"{after}, in one run, which says nothing of another seed.";
        }

        var reach = StudentT.Quantile(Significance.Level, over.Count - 1) * over.StdErr;
        var interval = string.Create(CultureInfo.InvariantCulture, $" (± {reach:P0}, the 95 % interval over {over.Count} seeds)");
        return after + interval + (over.Mean + reach < 1
            ? string.Create(CultureInfo.InvariantCulture, $": {1 / over.Mean:F2} times fewer tokens.")
            : ": whether it saves tokens cannot be determined.");
    }
}
