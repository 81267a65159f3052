using System.Text.Json.Nodes;

namespace LibMoE.Runtime;

/// <summary>A task's items with a model's answers in the layout of lm-evaluation-harness' samples: one JSON object an item.</summary>
internal static class HarnessSamples
{
    /// <summary>The file's name; the harness' tools look for <c>samples_*.jsonl</c>.</summary>
    public static string FileName(EvaluationTask task) => $"samples_{task.Name}_libmoe.jsonl";

    /// <summary>The lines of the file.</summary>
    /// <param name="data">The items, read as they were for the evaluation.</param>
    /// <param name="outcome">The answers.</param>
    public static IEnumerable<string> Of(TaskData data, TaskOutcome outcome)
    {
        var items = data.Items.ToDictionary(item => item.Index);
        var metrics = MetricNames.Of(data.Task.Form).Select(name => Metric.All[name]).ToList();
        return outcome.Items.Select(answer => Line(items[answer.Index], answer, metrics));
    }

    private static string Line(EvaluationItem item, ItemOutcome answer, List<Metric> metrics)
    {
        var responses = answer.LogLikelihoods.Select((value, option) => answer.Text is { } text
            ? (JsonNode)text
            : new JsonArray(value, option == answer.Gold ? answer.Greedy : null)).ToList();
        var line = new JsonObject
        {
            ["doc_id"] = answer.Index,
            ["doc"] = item.Document.DeepClone(),
            ["target"] = answer.LogLikelihoods.Length > 1 ? answer.Gold.ToString(System.Globalization.CultureInfo.InvariantCulture) : item.Options[0].Continuation,
            ["arguments"] = new JsonObject(item.Options.Select((option, index) => KeyValuePair.Create(
                $"gen_args_{index}", (JsonNode?)new JsonObject { ["arg_0"] = option.Context, ["arg_1"] = option.Continuation }))),
            ["resps"] = new JsonArray([.. responses.Select(response => (JsonNode)new JsonArray(response.DeepClone()))]),
            ["filtered_resps"] = new JsonArray([.. responses]),
            ["filter"] = "none",
            ["metrics"] = new JsonArray([.. metrics.Select(metric => (JsonNode)metric.Name)]),
        };
        foreach (var metric in metrics)
        {
            var (a, b) = metric.Terms(answer);
            line[metric.Name] = metric.Value(a / b);
        }

        return line.ToJsonString(RunJson.Line);
    }
}
