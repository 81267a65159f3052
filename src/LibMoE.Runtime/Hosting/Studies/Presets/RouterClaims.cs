using System.Globalization;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>
/// The preset <c>router-claims</c>: what LibMoE (arXiv:2411.00918, section 5 and appendix E) observes of routers, measured over seeds:
/// whether leaving out each token's best expert helps or hurts, how router margin and entropy of weights go with depth, and whether routing
/// settles in training. Each mean over seeds is held to 0 by Student's t.
/// </summary>
internal static class RouterClaims
{
    private const string BestLeftOut = "DropTop1";

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var variants = cells.Where(cell => cell.Analysis is { Blocks.Count: > 0 }).GroupBy(cell => cell.Label).ToList();
        return variants.Count == 0
            ? ["No mixture was analysed; Analysis:Enabled and Analysis:Perturbations say what is looked at."]
            :
            [
                .. variants.SelectMany(variant => WithoutBest(variant.Key, [.. variant.Select(cell => cell.Analysis!)])),
                .. variants.SelectMany(variant => ByDepth(
                    variant.Key, "router margin", [.. variant.Select(cell => cell.Analysis!)], block => block.MarginOnWeights)),
                .. variants.SelectMany(variant => ByDepth(
                    variant.Key, "entropy of weights", [.. variant.Select(cell => cell.Analysis!)], block => block.WeightEntropy)),
                .. variants.SelectMany(variant => OverTraining(variant.Key, [.. variant.Select(cell => cell.Analysis!)])),
                "Verdicts are from p < 0.05 on, each for itself: of twenty that do not hold, one is passed by chance.",
            ];
    }

    /// <summary>The loss, and the score where there is one, with ranks 2 to K + 1 in place of 1 to K.</summary>
    private static IEnumerable<string> WithoutBest(string variant, IReadOnlyList<CellAnalysis> seeds)
    {
        var results = seeds.Select(seed => seed.Perturbations.FirstOrDefault(result => result is { Name: BestLeftOut, Block: null }))
            .OfType<PerturbationResult>().ToList();
        if (results.Count == 0)
        {
            yield break;
        }

        yield return $"{variant} without each token's best expert: loss "
            + Verdict(results.ConvertAll(result => new PairedDifference(result.Difference, result.StandardError)), "it helps", "it hurts");
        foreach (var task in results[0].Tasks.Keys.Where(task => results.TrueForAll(result => result.Tasks.ContainsKey(task))))
        {
            yield return $"{variant} without each token's best expert: {task} "
                + Verdict(results.ConvertAll(result => result.Tasks[task]), "it hurts", "it helps");
        }
    }

    /// <summary>The figure of each block, and the slope of a line through them.</summary>
    private static IEnumerable<string> ByDepth(
        string variant, string name, IReadOnlyList<CellAnalysis> seeds, Func<BlockAnalysis, double?> figure)
    {
        List<List<double>> values_SB = [.. seeds.Select(seed => seed.Blocks.Select(figure).OfType<double>().ToList())];
        var blocks = values_SB[0].Count;
        if (blocks < 2 || values_SB.Exists(values => values.Count != blocks))
        {
            yield break;
        }

        var by = string.Join(", ", Enumerable.Range(0, blocks).Select(block => Mean([.. values_SB.Select(values => values[block])])));
        yield return $"{variant}, {name} from the first block to the last: {by}; a block further "
            + Verdict([.. values_SB.Select(values => new PairedDifference(Slope(values), 0))], "it falls", "it rises");
    }

    /// <summary>The share of slots with another expert than at the moment before, mean over the blocks.</summary>
    private static IEnumerable<string> OverTraining(string variant, IReadOnlyList<CellAnalysis> seeds)
    {
        List<List<double>> rates_SP = [.. seeds.Select(seed => seed.Training
            .Select(point => point.Blocks.Average(block => block.ChangeRateBySlots)).OfType<double>().ToList())];
        var points = rates_SP[0].Count;
        if (points < 2 || rates_SP.Exists(rates => rates.Count != points))
        {
            yield break;
        }

        var over = string.Join(", ", Enumerable.Range(0, points).Select(point => Mean([.. rates_SP.Select(rates => rates[point])])));
        yield return $"{variant}, change rate between moments of training: {over}; from the first to the last "
            + Verdict(
                [.. rates_SP.Select(rates => new PairedDifference(rates[^1] - rates[0], 0))],
                "routing settles", "routing does not settle");
    }

    /// <summary>Least squares of the values on 0, 1, 2, …</summary>
    internal static double Slope(IReadOnlyList<double> values)
    {
        var (middle, mean) = ((values.Count - 1) / 2.0, values.Average());
        return values.Index().Sum(value => (value.Index - middle) * (value.Item - mean))
            / values.Index().Sum(value => (value.Index - middle) * (value.Index - middle));
    }

    private static string Mean(IReadOnlyList<double> seeds)
    {
        var over = SampleMean.Of(seeds);
        return over.Count == 1
            ? over.Mean.ToString("F3", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{over.Mean:F3} ± {over.StdErr:F3}");
    }

    private static string Verdict(IReadOnlyList<PairedDifference> seeds, string below, string above)
    {
        var over = SeedsAndItems.Of([.. seeds.Select(seed => seed.Mean)], seeds.Average(seed => seed.StandardError));
        var word = !over.CoversSeeds ? "one seed decides nothing"
            : over.PValue is not { } p || p >= Significance.Level ? "undecided"
            : over.Mean < 0 ? below : above;
        var figure = over.CoversSeeds ? Figures.Difference(over.Mean, over.StdErr) : Figures.Difference(over.Mean, over.ItemsStdErr);
        return over.PValue is { } known && over.CoversSeeds
            ? string.Create(CultureInfo.InvariantCulture, $"{figure} (p = {known:F3}): {word}.")
            : $"{figure}: {word}.";
    }
}
