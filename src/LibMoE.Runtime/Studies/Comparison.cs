using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Studies;

/// <summary>
/// How far a variant's validation loss is from another's. Both were measured on the same sequences after training with the same seeds, so
/// differences are taken pair by pair: what makes a sequence or a seed hard for every model drops out.
/// </summary>
/// <param name="Name">The variant.</param>
/// <param name="Label">Its name with the settings of a grid after it, where there is one.</param>
/// <param name="Over">Variant minus baseline, in nats per token, over seeds and held-out sequences: negative is better.</param>
internal sealed record Comparison(string Name, string Label, SeedsAndItems Over)
{
    /// <summary>What items are called here.</summary>
    public const string Items = "held-out sequences";

    public double Difference => Over.Mean;

    /// <summary>Over seeds and sequences; with one seed over sequences alone.</summary>
    public double StandardError => Over.StdErr;

    /// <summary>The p-value after Holm's correction for the table that the comparison is in; null where nothing can be tested.</summary>
    public double? AdjustedPValue { get; init; } = Over.PValue;

    /// <summary>What the difference is worth.</summary>
    public string Verdict => Significance.Verdict(Difference, AdjustedPValue, Over.Seeds, higherIsBetter: false);

    public bool IsBetter => Over.CoversSeeds && Significance.Counts(AdjustedPValue) && Difference < 0;

    public bool IsWorse => Over.CoversSeeds && Significance.Counts(AdjustedPValue) && Difference > 0;

    /// <summary>Compares runs of the same seeds; null where no seed was finished by both.</summary>
    public static Comparison? Of(IEnumerable<TrainingResult> variant, IEnumerable<TrainingResult> baseline)
    {
        var pairs = variant.Join(baseline, run => run.Seed, run => run.Seed, (ours, theirs) => (ours, theirs)).ToList();
        return pairs.Count == 0
            ? null
            : new Comparison(
                pairs[0].ours.Name, pairs[0].ours.Label, SeedsAndItems.Of(pairs.ConvertAll(pair => Differences(pair.ours, pair.theirs))));
    }

    /// <summary>The comparisons of one table, their p-values corrected for their number.</summary>
    public static IReadOnlyList<Comparison> OfTable(IReadOnlyList<Comparison> comparisons) =>
        Holm.Adjust(comparisons, one => one.Over.PValue, (one, adjusted) => one with { AdjustedPValue = adjusted });

    private static IReadOnlyList<double> Differences(TrainingResult ours, TrainingResult theirs) =>
        [.. ours.SequenceLosses.Zip(theirs.SequenceLosses, (our, their) => our - their)];
}
