using System.Text.Json;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Small tasks with data of a test's own.</summary>
internal static class SampleTask
{
    /// <summary>Questions with options; the options' texts name the item and the option, so that no two are alike.</summary>
    public static EvaluationTask Choice(int options = 4, string? group = null, MeanKind mean = MeanKind.Pooled) => new()
    {
        Name = "sample",
        Version = 1,
        Title = "sample",
        Form = TaskForm.Choice,
        Sources = [new() { Files = [new("sample.jsonl")], Format = DataFormat.JsonLines, Answer = "{a}" }],
        Prompt = "{q}",
        Choices = ["{o}"],
        Group = group,
        Mean = mean,
        Metric = MetricNames.Accuracy,
        Options = options,
        Chance = 1.0 / options,
        Citation = "",
        Licence = "",
    };

    /// <summary>A task of one text per item.</summary>
    public static EvaluationTask OfTarget(TaskForm form, string metric) => new()
    {
        Name = "sample",
        Version = 1,
        Title = "sample",
        Form = form,
        Sources = [new() { Files = [new("sample.jsonl")], Format = DataFormat.JsonLines }],
        Prompt = form == TaskForm.Text ? null : "{q}",
        Target = "{t}",
        MaxTokens = 8,
        Metric = metric,
        Citation = "",
        Licence = "",
    };

    /// <summary>A folder with the items of <see cref="Choice"/>.</summary>
    /// <param name="labels">The right options.</param>
    /// <param name="options">How many options each item has.</param>
    /// <param name="length">How long the questions are, in sentences.</param>
    public static DataFolder Data(IEnumerable<int> labels, int options = 4, int length = 1) => new DataFolder().With(
        "sample.jsonl",
        string.Join('\n', labels.Select((label, item) => JsonSerializer.Serialize(new
        {
            q = string.Concat(Enumerable.Repeat($"This is the question {item}. ", length + (item % 3))) + "What is it?",
            o = Enumerable.Range(0, options).Select(option => $"the {"abcdefgh"[option]}{new string('x', (item + option) % 5)} of {item}"),
            a = label,
            g = $"group {item % 3}",
        }))) + "\n");
}
