using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Evaluation.Results;

/// <summary>
/// A model's figures in the layout of lm-evaluation-harness' aggregated results (EleutherAI, version 0.4), so that tools made for it read
/// them: metrics are <c>name,filter</c> with <c>name_stderr,filter</c>; a task's groups are tasks of their own, named <c>task_group</c>.
/// Shares are floats, 0.0 and 1.0 too, since the harness prints whole numbers otherwise.
/// </summary>
internal static class HarnessResults
{
    /// <summary>The folder beside <c>evaluation.json</c>.</summary>
    public const string Folder = "lm-evaluation-harness";

    /// <summary>The file's name; the harness' tools look for <c>results_*.json</c>.</summary>
    public const string FileName = "results_libmoe.json";

    /// <summary>The harness' name for answers that are taken as they are.</summary>
    public const string Filter = "none";

    /// <summary>What the harness calls a task, or one part of it.</summary>
    public static string NameOf(string task, string? group) => group is null ? task : $"{task}_{group}";

    /// <summary>The text of the file.</summary>
    /// <param name="results">The figures.</param>
    /// <param name="options">How they were made.</param>
    /// <param name="samples">The items that are written beside it, whose hashes it names; null for none.</param>
    public static string Of(EvaluationResults results, EvaluationOptions options, IReadOnlyList<HarnessSamples>? samples = null)
    {
        var rows = results.Tasks.SelectMany(task => Rows(task)).ToList();
        return PythonJson.Dumps(new JsonObject
        {
            ["results"] = Each(rows, row => Figures(row)),
            ["groups"] = Each(rows.Where(row => row.Members.Count > 0), row => Figures(row)),
            ["group_subtasks"] = Each(
                rows.Where(row => row.Group is null), row => new JsonArray([.. row.Members.Select(name => (JsonNode)name)])),
            ["configs"] = Each(rows.Where(row => row.Members.Count == 0), row => Config(row)),
            ["versions"] = Each(rows, row => row.Task.Version),
            ["n-shot"] = Each(rows, row => row.Task.Shots),
            ["higher_is_better"] = Each(rows, row => new JsonObject(row.Metrics.Select(metric =>
                KeyValuePair.Create(metric.Name, (JsonNode?)JsonValue.Create(metric.HigherIsBetter))))),
            ["n-samples"] = Each(rows.Where(row => row.Members.Count == 0), row => new JsonObject
            {
                ["original"] = row.Group is null ? row.Task.Items.Found : row.Task.FoundByGroup.GetValueOrDefault(row.Group, row.Items),
                ["effective"] = row.Items,
            }),
            ["config"] = new JsonObject
            {
                ["model"] = "LibMoE",
                ["model_args"] = $"name={results.Model},sha256={results.ModelSha256},dtype={results.Precision.ToLowerInvariant()}",
                ["model_dtype"] = results.Precision.ToLowerInvariant(),
                ["model_sha"] = results.ModelSha256,
                ["batch_size"] = options.BatchTokens is { } tokens ? $"{tokens} tokens" : "auto",
                ["batch_sizes"] = new JsonArray(),
                ["device"] = results.Device,
                ["use_cache"] = null,
                ["limit"] = options.Limit,
                ["bootstrap_iters"] = 1000,
                ["fewshot_seed"] = options.ShotSeed,
            },
            ["model_source"] = "LibMoE",
            ["model_name"] = results.Model,
            ["model_name_sanitized"] = results.Model.Replace('/', '_'),
            ["max_length"] = results.Context,
            ["task_hashes"] = new JsonObject((samples ?? []).Select(task => KeyValuePair.Create(task.Task, (JsonNode?)task.Sha256))),
        }, indent: 2);
    }

    private static IEnumerable<Row> Rows(TaskResult task)
    {
        var members = task.Groups.Keys.Select(group => NameOf(task.Task, group)).ToList();
        yield return new Row(task.Task, task, null, members, task.Items.Used, Own(task));
        foreach (var (name, figures) in task.Groups)
        {
            yield return new Row(NameOf(task.Task, name), task, name, [], figures.Items,
                [task.Score with { Value = figures.Value, StdErr = figures.StdErr, BootstrapStdErr = null }]);
        }
    }

    /// <summary>One value for each metric, as the harness has them: the mean that stands for the task.</summary>
    private static IReadOnlyList<MetricResult> Own(TaskResult task) =>
        [.. task.Metrics.GroupBy(metric => metric.Name)
            .Select(means => means.FirstOrDefault(metric => metric.Mean == task.Score.Mean) ?? means.First())];

    private static JsonObject Figures(Row row)
    {
        var figures = new JsonObject { ["alias"] = (row.Group is null ? row.Name : $" - {row.Name}") + Mark(row) };
        foreach (var metric in row.Metrics)
        {
            figures[$"{metric.Name},{Filter}"] = Number(metric.Value);
            figures[$"{metric.Name}_stderr,{Filter}"] = metric.StdErr is { } error && double.IsFinite(error) ? error : "N/A";
        }

        return figures;
    }

    private static JsonObject Config(Row row) => new()
    {
        ["task"] = row.Name,
        ["metric_list"] = HarnessMetrics.List(row.Metrics),
        ["num_fewshot"] = row.Task.Shots,
        ["repeats"] = 1,
        ["output_type"] = row.Task.Rule is not null ? "generate_until" : row.Metrics[0] switch
        {
            { Name: MetricNames.ExactMatch } => "generate_until",
            { Chance: not null } => "multiple_choice",
            _ => row.Metrics.Any(metric => metric.Name == MetricNames.BitsPerByte) ? "loglikelihood_rolling" : "loglikelihood",
        },
        ["metadata"] = new JsonObject(
        [
            KeyValuePair.Create("version", (JsonNode?)row.Task.Version),
            KeyValuePair.Create("sha256", (JsonNode?)row.Task.TaskSha256),
            KeyValuePair.Create("citation", (JsonNode?)row.Task.Citation),
            .. row.Task.QuestionOnly
                ? [KeyValuePair.Create("question_only", (JsonNode?)true)]
                : Array.Empty<KeyValuePair<string, JsonNode?>>(),
        ]),
    };

    private static string Mark(Row row) => row.Task.Label[row.Task.Task.Length..];

    /// <summary>JSON has no number for what overflowed.</summary>
    private static JsonNode Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Each(IEnumerable<Row> rows, Func<Row, JsonNode?> value) =>
        new(rows.Select(row => KeyValuePair.Create(row.Name, value(row))));

    private sealed record Row(
        string Name, TaskResult Task, string? Group, IReadOnlyList<string> Members, int Items, IReadOnlyList<MetricResult> Metrics);
}
