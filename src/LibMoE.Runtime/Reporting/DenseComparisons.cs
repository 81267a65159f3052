using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting;

/// <summary>
/// Every mixture of a study against the dense baseline, on one text, each at its own best setting. Table, words and report all show these,
/// so that they cannot disagree.
/// </summary>
/// <param name="Text">The settings that decide what the loss is measured on; empty without a grid of them.</param>
/// <param name="Runs">The runs at each variant's best setting, by variant.</param>
/// <param name="Comparisons">From the best difference on; empty without a baseline. Holm's correction is for those of all texts.</param>
/// <param name="NotRanked">Variants that see later tokens and are not compared.</param>
/// <param name="Finished">All runs on the text.</param>
internal sealed record DenseComparisons(
    string Text,
    ILookup<string, TrainingResult> Runs,
    IReadOnlyList<Comparison> Comparisons,
    IReadOnlyList<TrainingResult> NotRanked,
    IReadOnlyList<TrainingResult> Finished)
{
    /// <summary>The baseline's runs.</summary>
    public IReadOnlyList<TrainingResult> Baseline => [.. Runs[MoeVariant.Dense]];

    /// <summary>One for each text.</summary>
    /// <param name="finished">All runs.</param>
    /// <param name="metric">What is compared; null takes the metric that variants are ranked by.</param>
    public static IReadOnlyList<DenseComparisons> Of(IEnumerable<TrainingResult> finished, string? metric = null)
    {
        var texts = finished.GroupBy(HeldOutLabel.Of).Select(runs => OfOneText(runs.Key, [.. runs], metric)).ToList();
        var adjusted = Comparison.OfTable([.. texts.SelectMany(text => text.Comparisons)]);
        var taken = 0;
        return [.. texts.Select(text => text with { Comparisons = [.. adjusted.Take(taken..(taken += text.Comparisons.Count))] })];
    }

    /// <summary>The comparisons of all texts, by the variant's name with its settings.</summary>
    public static IReadOnlyDictionary<string, Comparison> ByLabel(IEnumerable<TrainingResult> finished) =>
        Of(finished).SelectMany(text => text.Comparisons).ToDictionary(comparison => comparison.Label);

    private static DenseComparisons OfOneText(string text, IReadOnlyList<TrainingResult> finished, string? metric)
    {
        var runs = BestSetting.OfEach(finished);
        var baseline = runs[MoeVariant.Dense].ToList();
        var mixtures = runs.Where(group => group.Key != MoeVariant.Dense).ToList();
        return new DenseComparisons(
            text,
            runs,
            [
                .. mixtures.Where(group => group.First().SeesOtherTokens is null)
                    .Select(group => Comparison.Of(group, baseline, metric))
                    .OfType<Comparison>()
                    .OrderBy(comparison => comparison.Metric.HigherIsBetter ? -comparison.Difference : comparison.Difference),
            ],
            [.. mixtures.Select(group => group.First()).Where(run => run.SeesOtherTokens is not null)],
            finished);
    }
}
