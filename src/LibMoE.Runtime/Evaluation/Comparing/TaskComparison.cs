namespace LibMoE.Runtime;

/// <summary>
/// Whether two models differ on a task: both answered the same items, so they are compared item by item, and seed by seed where there are
/// several. A difference counts as one only where every test that applies finds it.
/// </summary>
public sealed record TaskComparison
{
    /// <summary>The p-value below which a difference counts.</summary>
    public const double Significant = 0.05;

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What it is compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The task's own metric, model minus baseline, mean over seeds.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower end of the middle 95 % of the difference over resampled items, groups kept at their sizes.</summary>
    public required double Low { get; init; }

    /// <summary>The upper end.</summary>
    public required double High { get; init; }

    /// <summary>The p-value over items: McNemar's exact test for one seed of a metric that counts right answers and pools them, else the
    /// paired bootstrap.</summary>
    public required double ItemsPValue { get; init; }

    /// <summary>Which of the two <see cref="ItemsPValue"/> is from.</summary>
    public required string ItemsTest { get; init; }

    /// <summary>The p-value of the paired t-test over seeds; null with fewer than two.</summary>
    public double? SeedsPValue { get; init; }

    /// <summary>How many seeds both have.</summary>
    public required int Seeds { get; init; }

    /// <summary>How many items both answered.</summary>
    public required int Items { get; init; }

    /// <summary>Whether a larger difference is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>Whether every test finds a difference.</summary>
    public bool IsSignificant => Math.Max(ItemsPValue, SeedsPValue ?? 0) < Significant;

    /// <summary>The finding in words.</summary>
    public string Verdict => !IsSignificant ? "no significant difference" : Difference > 0 == HigherIsBetter ? "better" : "worse";

    /// <summary>Compares two models' outcomes.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model's name and its outcomes, one per seed.</param>
    /// <param name="baseline">The baseline's, for the same seeds in the same order.</param>
    /// <exception cref="ArgumentException">The outcomes are not of the same items or seeds.</exception>
    public static TaskComparison Of(
        EvaluationTask task, (string Name, IReadOnlyList<TaskOutcome> Seeds) model, (string Name, IReadOnlyList<TaskOutcome> Seeds) baseline)
    {
        var pairs = PairedItems.Of(task, model.Seeds, baseline.Seeds);
        var (low, high, bootstrap) = PairedBootstrap.Run(pairs, seed: 0);
        var differences = pairs.SeedDifferences();
        var exact = pairs.RightAlone() is var (ours, theirs) ? McNemar.PValue(ours, theirs) : (double?)null;
        return new TaskComparison
        {
            Model = model.Name,
            Baseline = baseline.Name,
            Task = task.Name,
            Difference = differences.Average(),
            Low = low,
            High = high,
            ItemsPValue = exact ?? bootstrap,
            ItemsTest = exact is null ? "paired bootstrap" : "McNemar, exact",
            SeedsPValue = PairedSeeds.PValue(differences),
            Seeds = differences.Length,
            Items = pairs.Count,
            HigherIsBetter = MetricNames.HigherIsBetter(task.Metric),
        };
    }
}
