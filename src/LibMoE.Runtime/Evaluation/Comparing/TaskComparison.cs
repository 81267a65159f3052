using System.Text.Json.Serialization;
using LibMoE.Runtime.Evaluation.Comparing;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>
/// Whether two models differ on a task: both answered the same items, so they are compared item by item, and seed by seed where there are
/// several. With several seeds the test is for all seeds and all such items (<see cref="SeedsAndItems"/>); with one it is for these two
/// trained models over items, and says nothing of another seed.
/// </summary>
public sealed record TaskComparison
{
    /// <summary>The p-value below which a difference counts, after Holm's correction for the table's comparisons.</summary>
    public const double Significant = Significance.Level;

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What it is compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The task's own metric, model minus baseline, mean over seeds.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower end of the 95 % interval: over seeds and items by Student's t; with one seed the middle 95 % of the difference
    /// over resampled items, groups kept at their sizes.</summary>
    public required double Low { get; init; }

    /// <summary>The upper end.</summary>
    public required double High { get; init; }

    /// <summary>The standard error over items, by the paired bootstrap.</summary>
    public double? ItemsStdErr { get; init; }

    /// <summary>The standard error over seeds, s/√n of the seeds' differences; null with fewer than two.</summary>
    public double? SeedsStdErr { get; init; }

    /// <summary>The p-value over items: McNemar's exact test for one seed of a metric that counts right answers and pools them, else the
    /// paired bootstrap.</summary>
    public required double ItemsPValue { get; init; }

    /// <summary>Which of the two <see cref="ItemsPValue"/> is from.</summary>
    public required string ItemsTest { get; init; }

    /// <summary>The p-value over seeds and items, by Student's t with min(seeds, items) − 1 degrees of freedom; null with fewer than two
    /// seeds.</summary>
    public double? SeedsPValue { get; init; }

    /// <summary>The p-value that decides (<see cref="SeedsPValue"/>, or <see cref="ItemsPValue"/> with one seed) after Holm's correction
    /// for the table's comparisons; null where none was made.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>Why the two are not ranked against each other; null where they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotRanked { get; init; }

    /// <summary>How many seeds both have.</summary>
    public required int Seeds { get; init; }

    /// <summary>How many items both answered; where items go together, how many such samples.</summary>
    public required int Items { get; init; }

    /// <summary>Whether a larger difference is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>Whether the difference counts; with one seed over items only.</summary>
    public bool IsSignificant => NotRanked is null && Significance.Counts(AdjustedPValue);

    /// <summary>The finding in words; with one seed nothing is better or worse.</summary>
    public string Verdict => NotRanked ?? Significance.Verdict(Difference, AdjustedPValue, Seeds, HigherIsBetter);

    /// <summary>The p-value that decides, before any correction; null where the two are not ranked.</summary>
    internal double? PValue => NotRanked is null ? SeedsPValue ?? ItemsPValue : null;

    /// <summary>The comparisons of one table, their p-values corrected for their number.</summary>
    internal static IReadOnlyList<TaskComparison> OfTable(IReadOnlyList<TaskComparison> comparisons) =>
        Holm.Adjust(comparisons, one => one.PValue, (one, adjusted) => one with { AdjustedPValue = adjusted });

    /// <summary>Compares two models' outcomes, alone: as a table of one comparison.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model's name and its outcomes, one per seed.</param>
    /// <param name="baseline">The baseline's, for the same seeds in the same order.</param>
    /// <exception cref="ArgumentException">The outcomes are not of the same items or seeds.</exception>
    public static TaskComparison Of(
        EvaluationTask task, (string Name, IReadOnlyList<TaskOutcome> Seeds) model,
        (string Name, IReadOnlyList<TaskOutcome> Seeds) baseline)
    {
        var pairs = PairedItems.Of(task, model.Seeds, baseline.Seeds);
        var (low, high, error, bootstrap) = PairedBootstrap.Run(pairs, seed: 0);
        var differences = pairs.SeedDifferences();
        var over = SeedsAndItems.Of(differences, error, pairs.Count);
        var exact = pairs.RightAlone() is var (ours, theirs) ? McNemar.PValue(ours, theirs) : (double?)null;
        return new TaskComparison
        {
            Model = model.Name,
            Baseline = baseline.Name,
            Task = task.Name,
            Difference = over.Mean,
            Low = over.CoversSeeds ? over.Mean - over.Reach() : low,
            High = over.CoversSeeds ? over.Mean + over.Reach() : high,
            ItemsStdErr = pairs.Count > 1 ? error : null,
            SeedsStdErr = over.CoversSeeds ? over.SeedsStdErr : null,
            ItemsPValue = exact ?? bootstrap,
            ItemsTest = exact is null ? "paired bootstrap" : "McNemar, exact",
            SeedsPValue = over.CoversSeeds ? over.PValue ?? 1 : null,
            AdjustedPValue = over.CoversSeeds ? over.PValue ?? 1 : exact ?? bootstrap,
            Seeds = differences.Length,
            Items = pairs.Count,
            HigherIsBetter = MetricNames.HigherIsBetter(task.Metric),
        };
    }
}
