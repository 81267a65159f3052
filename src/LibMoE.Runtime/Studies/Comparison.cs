using LibMoE.Runtime.Runs;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Studies;

/// <summary>
/// How far a variant's metric is from another's. Both were measured on the same items after training with the same seeds, so
/// differences are taken pair by pair: what makes an item or a seed hard for every model drops out.
/// </summary>
/// <param name="Name">The variant.</param>
/// <param name="Label">Its name with the settings of a grid behind it, where there is one.</param>
/// <param name="Over">Variant minus baseline, in the metric's unit, over seeds and held-out items.</param>
internal sealed record Comparison(string Name, string Label, SeedsAndItems Over)
{
    /// <summary>What is compared.</summary>
    public LearnerMetric Metric { get; init; } = TextMetrics.Loss;

    public double Difference => Over.Mean;

    /// <summary>Over seeds and items; with one seed over items alone.</summary>
    public double StandardError => Over.StdErr;

    /// <summary>The p-value after Holm's correction for the table that the comparison is in; null where nothing can be tested.</summary>
    public double? AdjustedPValue { get; init; } = Over.PValue;

    /// <summary>What the difference is worth.</summary>
    public string Verdict => Significance.Verdict(Difference, AdjustedPValue, Over.Seeds, Metric.HigherIsBetter);

    public bool IsBetter =>
        Over.CoversSeeds && Significance.Counts(AdjustedPValue) && (Metric.HigherIsBetter ? Difference > 0 : Difference < 0);

    public bool IsWorse =>
        Over.CoversSeeds && Significance.Counts(AdjustedPValue) && (Metric.HigherIsBetter ? Difference < 0 : Difference > 0);

    /// <summary>Compares runs of the same seeds.</summary>
    /// <param name="variant">The runs of interest.</param>
    /// <param name="baseline">Those that they are compared with.</param>
    /// <param name="metric">The metric's name; null takes the one that variants are ranked by.</param>
    /// <returns>Null where no seed was finished by both, or the metric was not measured.</returns>
    public static Comparison? Of(IEnumerable<TrainingResult> variant, IEnumerable<TrainingResult> baseline, string? metric = null)
    {
        var runs = variant.Join(baseline, run => run.Seed, run => run.Seed, (ours, theirs) => (ours, theirs)).ToList();
        var pairs = runs.ConvertAll(pair => (Ours: Find(pair.ours, metric), Theirs: Find(pair.theirs, metric)));
        return pairs.Count == 0 || pairs.Exists(pair => pair.Ours is null || pair.Theirs is null)
            ? null
            : new Comparison(runs[0].ours.Name, runs[0].ours.Label, Differences(pairs.ConvertAll(pair => (pair.Ours!, pair.Theirs!))))
            {
                Metric = new LearnerMetric(pairs[0].Ours!.Name, pairs[0].Ours!.Unit, pairs[0].Ours!.Direction),
            };
    }

    /// <summary>The comparisons of one table, their p-values corrected for their number.</summary>
    public static IReadOnlyList<Comparison> OfTable(IReadOnlyList<Comparison> comparisons) =>
        Holm.Adjust(comparisons, one => one.Over.PValue, (one, adjusted) => one with { AdjustedPValue = adjusted });

    private static MeasuredMetric? Find(TrainingResult run, string? name) =>
        name is null ? run.HeldOut[0] : run.HeldOut.FirstOrDefault(metric => metric.Name == name);

    /// <summary>Item by item; of a figure that is no mean over items by its value and errors.</summary>
    private static SeedsAndItems Differences(List<(MeasuredMetric Ours, MeasuredMetric Theirs)> pairs)
    {
        if (pairs.Exists(pair => pair.Ours.Items.Count == 0 || pair.Theirs.Items.Count == 0))
        {
            var stdErrs = pairs.Select(pair => Math.Sqrt(Math.Pow(pair.Ours.StdErr, 2) + Math.Pow(pair.Theirs.StdErr, 2)))
                .Where(double.IsFinite).ToList();
            return SeedsAndItems.Of(pairs.ConvertAll(pair => pair.Ours.Value - pair.Theirs.Value), stdErrs.DefaultIfEmpty(0).Average());
        }

        List<List<double>> differences_SI = pairs.ConvertAll(
            pair => pair.Ours.Items.Zip(pair.Theirs.Items, (our, their) => our - their).ToList());
        List<int> asked = [.. Enumerable.Range(0, differences_SI.Min(items => items.Count))
            .Where(item => differences_SI.Exists(items => !double.IsNaN(items[item])))];
        return SeedsAndItems.Of(
            asked.Count == 0 ? differences_SI : differences_SI.ConvertAll(items => asked.ConvertAll(item => items[item])));
    }
}
