using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime.Evaluation.Results;

/// <summary>
/// The items of one task, or of one part of it, with a model's answers, as lm-evaluation-harness' samples files have them: one JSON object
/// an item, its responses as texts.
/// </summary>
/// <param name="Task">The harness' name of the task or part.</param>
/// <param name="Lines">The lines of the file.</param>
/// <param name="Sha256">The harness' hash of the task: of its items' hashes, one after the other.</param>
internal sealed record HarnessSamples(string Task, IReadOnlyList<string> Lines, string Sha256)
{
    /// <summary>All files of samples in a folder.</summary>
    public const string Pattern = "samples_*_libmoe.jsonl";

    /// <summary>The file's name; the harness' tools look for <c>samples_TASK_DATE.jsonl</c>.
    /// What no file system takes becomes two underscores.</summary>
    public string FileName =>
        $"samples_{string.Join("__", Task.Split('"', '<', '>', ':', '/', '|', '\\', '?', '*', '[', ']'))}_libmoe.jsonl";

    /// <summary>The samples of a task; of each of its parts where it has parts.</summary>
    /// <param name="data">The items, read as they were for the evaluation.</param>
    /// <param name="outcome">The answers.</param>
    public static IReadOnlyList<HarnessSamples> Of(TaskData data, TaskOutcome outcome)
    {
        var items = data.Items.ToDictionary(item => item.Index);
        return
        [
            .. outcome.Items.GroupBy(answer => answer.Group)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Of(data.Task, HarnessResults.NameOf(data.Task.Name, data.Task.Group is null ? null : group.Key),
                    group.Select(answer => (items[answer.Index], answer)))),
        ];
    }

    private static HarnessSamples Of(EvaluationTask task, string name, IEnumerable<(EvaluationItem Item, ItemOutcome Answer)> group)
    {
        var (lines, hashes) = (new List<string>(), new StringBuilder());
        foreach (var (item, answer) in group)
        {
            var line = Line(task, item, answer);
            hashes.Append(line["doc_hash"]).Append(line["prompt_hash"]).Append(line["target_hash"]);
            lines.Add(PythonJson.Dumps(line));
        }

        return new HarnessSamples(name, lines, Hash(hashes.ToString()));
    }

    private static JsonObject Line(EvaluationTask task, EvaluationItem item, ItemOutcome answer)
    {
        var responses = answer.LogLikelihoods.Select((value, option) => Response(task, answer, value, option)).ToList();
        var target = Target(task, item, answer);
        var line = new JsonObject
        {
            ["doc_id"] = item.IndexInGroup,
            ["doc"] = item.Document.DeepClone(),
            ["target"] = target,
            ["arguments"] = new JsonObject(item.Options.Select((option, index) =>
                KeyValuePair.Create($"gen_args_{index}", (JsonNode?)Arguments(task, option)))),
            ["resps"] = new JsonArray([.. responses.Select(response => (JsonNode)new JsonArray(response.DeepClone()))]),
            ["filtered_resps"] = new JsonArray([.. responses]),
            ["filter"] = HarnessResults.Filter,
            ["metrics"] = new JsonArray([.. MetricNames.Of(task).Select(metric => (JsonNode)metric)]),
            ["doc_hash"] = Hash(PythonJson.Dumps(item.Document, indent: 2)),
            ["prompt_hash"] = Hash(task.Form == TaskForm.Text ? item.Options[0].Continuation : item.Options[0].Context),
            ["target_hash"] = Hash(target),
        };
        if (task.Rule is not null)
        {
            line["read"] = answer.Read;
        }

        foreach (var name in MetricNames.Of(task))
        {
            line[name] = HarnessMetrics.OfItem(task.Form, Metric.All[name], answer);
        }

        return line;
    }

    /// <summary>A text, or a log-likelihood and whether it is the greedy one: all as Python's <c>str</c> says them.</summary>
    private static JsonNode Response(EvaluationTask task, ItemOutcome answer, double value, int option) => task.Form switch
    {
        TaskForm.Generate => answer.Text ?? "",
        TaskForm.Text => PythonJson.Number(value),
        _ => new JsonArray(PythonJson.Number(value), answer.GreedyOptions[option] ? "True" : "False"),
    };

    private static JsonObject Arguments(EvaluationTask task, TextPair option) => task.Form switch
    {
        TaskForm.Text => new() { ["arg_0"] = option.Continuation },
        TaskForm.Generate => new()
        {
            ["arg_0"] = option.Context,
            ["arg_1"] = new JsonObject
            {
                ["until"] = new JsonArray(
                [.. task.Until.Select(stop => (JsonNode)stop)]),
                ["max_gen_toks"] = task.MaxTokens
            },
        },
        _ => new() { ["arg_0"] = option.Context, ["arg_1"] = option.Continuation },
    };

    /// <summary>The right option's index, or what is to be said.</summary>
    private static string Target(EvaluationTask task, EvaluationItem item, ItemOutcome answer) => task.Form switch
    {
        TaskForm.Choice or TaskForm.WholeText => answer.Gold.ToString(CultureInfo.InvariantCulture),
        TaskForm.PartialChoice => item.Options[0].Continuation.TrimStart(),
        _ => item.Options[0].Continuation,
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
