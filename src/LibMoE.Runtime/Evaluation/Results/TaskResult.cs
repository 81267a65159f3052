using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime;

/// <summary>A task's figures for one model, in <c>evaluation.json</c>.</summary>
public sealed record TaskResult
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The benchmark's name and which part of it this is.</summary>
    public required string Title { get; init; }

    /// <summary>The task's version: scores of different versions are not compared.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of the whole task record.</summary>
    public required string TaskSha256 { get; init; }

    /// <summary>The number type that it was computed in; null where it is the file's.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Precision { get; init; }

    /// <summary>How generated answers were scored; absent where options' likelihoods or texts were.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Rule { get; init; }

    /// <summary>Whether questions on images were asked without these.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool QuestionOnly { get; init; }

    /// <summary>The task's name, with what sets its scores apart from others of that name.</summary>
    internal string Label => QuestionOnly ? $"{Task} (question only)" : Task;

    /// <summary>How many examples stood before each question.</summary>
    public required int Shots { get; init; }

    /// <summary>The metrics, the task's own first.</summary>
    public required IReadOnlyList<MetricResult> Metrics { get; init; }

    /// <summary>The task's own metric by group; empty where there are none.</summary>
    public required IReadOnlyDictionary<string, GroupResult> Groups { get; init; }

    /// <summary>How many items the data has of each group, before any limit.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyDictionary<string, int> FoundByGroup { get; init; } = new Dictionary<string, int>();

    /// <summary>What became of the items.</summary>
    public required ItemCounts Items { get; init; }

    /// <summary>The items that were not used, the first hundred, with the reason.</summary>
    public required IReadOnlyList<RefusedItem> Refused { get; init; }

    /// <summary>The files that were read, with their SHA-256.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The paper.</summary>
    public required string Citation { get; init; }

    /// <summary>The data's licence.</summary>
    public required string Licence { get; init; }

    /// <summary>The task's own metric.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public MetricResult Score => Metrics[0];

    /// <summary>The figures of an outcome.</summary>
    /// <param name="task">The task.</param>
    /// <param name="outcome">What a model answered.</param>
    /// <param name="shots">How many examples stood before each item.</param>
    public static TaskResult Of(EvaluationTask task, TaskOutcome outcome, int shots) => Of(task, outcome, shots, questionOnly: false);

    /// <summary>The figures of an outcome.</summary>
    /// <param name="task">The task.</param>
    /// <param name="outcome">What a model answered.</param>
    /// <param name="shots">How many examples stood before each item.</param>
    /// <param name="questionOnly">Whether its images were withheld.</param>
    public static TaskResult Of(EvaluationTask task, TaskOutcome outcome, int shots, bool questionOnly)
    {
        var metrics = new TaskMetrics(task, [.. outcome.Items, .. outcome.Unanswered]);
        return new TaskResult
        {
            Task = task.Name,
            Title = task.Title,
            Version = task.Version,
            TaskSha256 = TaskFile.Hash(task),
            Rule = task.Rule?.ToString(),
            QuestionOnly = questionOnly && task.Images is not null,
            Shots = shots,
            Metrics = metrics.All(),
            Groups = metrics.Groups(),
            FoundByGroup = outcome.FoundByGroup,
            Items = ItemCounts.Of(outcome),
            Refused = [.. outcome.Refused.Take(100)],
            Files = outcome.Files,
            Citation = task.Citation,
            Licence = task.Licence,
        };
    }
}
