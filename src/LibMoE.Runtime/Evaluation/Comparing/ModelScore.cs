using System.Text.Json.Serialization;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>A model's score on a task: the task's own metric, a mean over seeds.</summary>
public sealed record ModelScore
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Whether questions on images were asked without these: such a score is of another task than one of that name with
    /// them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool QuestionOnly { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether it is a mean over groups alike or over items alike.</summary>
    public required MeanKind Mean { get; init; }

    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <summary>Its standard error over items, by formula, the mean over seeds; null for a single item.</summary>
    public required double? StdErr { get; init; }

    /// <summary>Its standard error over seeds, s/√n; null with fewer than two.</summary>
    public required double? SeedsStdErr { get; init; }

    /// <summary>√(items² + seeds²): what the score's ± is; that over items alone with one seed, null for a single item.</summary>
    public double? TotalStdErr => SeedsStdErr is { } seeds && StdErr is { } items ? Math.Sqrt(items * items + seeds * seeds) : StdErr;

    /// <summary>What guessing scores on these items; null where nothing is guessed.</summary>
    public required double? Chance { get; init; }

    /// <summary>How many items were scored.</summary>
    public required int Items { get; init; }

    /// <summary>Whether a larger value is better.</summary>
    public required bool HigherIsBetter { get; init; }

    /// <summary>The task's name, with what sets its scores apart from others of that name.</summary>
    internal string Label => QuestionOnly ? $"{Task} (question only)" : Task;

    /// <summary>The score over the seeds of one model.</summary>
    internal static ModelScore Of(IReadOnlyList<TaskResult> seeds)
    {
        var (first, values) = (seeds[0].Score, seeds.Select(seed => seed.Score.Value).ToList());
        var over = SampleMean.Of(values);
        return new ModelScore
        {
            Task = seeds[0].Task,
            QuestionOnly = seeds[0].QuestionOnly,
            Metric = first.Name,
            Mean = first.Mean,
            Value = over.Mean,
            StdErr = seeds.Average(seed => seed.Score.StdErr),
            SeedsStdErr = values.Count < 2 ? null : over.StdErr,
            Chance = first.Chance,
            Items = seeds[0].Items.Used,
            HigherIsBetter = first.HigherIsBetter,
        };
    }
}
