using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Results;

namespace LibMoE.Runtime.Tests.Evaluation.Results;

/// <summary>The layout of lm-evaluation-harness 0.4: what its own table printer reads is there, under its names.</summary>
public sealed class HarnessResultsTests : IDisposable
{
    private readonly DataFolder _data = SampleTask.Data([0, 1, 2, 3, 0, 1, 2]);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_task_with_groups_is_a_group_of_tasks()
    {
        var json = Write(SampleTask.Choice(group: "{g}", mean: MeanKind.Macro));

        Assert.Equal(["sample", "sample_group 0", "sample_group 1", "sample_group 2"], Keys(json["results"]));
        Assert.Equal(["sample"], Keys(json["groups"]));
        Assert.Equal("sample_group 1", (string?)json["group_subtasks"]!["sample"]![1]);
        var figures = json["results"]!["sample"]!;
        Assert.Equal("sample", (string?)figures["alias"]);
        Assert.Equal(" - sample_group 2", (string?)json["results"]!["sample_group 2"]!["alias"]);
        Assert.Equal(1.0, (double)figures["acc,none"]!);
        Assert.Equal(0.0, (double)figures["acc_stderr,none"]!);
        Assert.Equal(1.0, (double)json["results"]!["sample_group 2"]!["acc,none"]!);
        Assert.Equal(1, (int)json["versions"]!["sample"]!);
        Assert.Equal(0, (int)json["n-shot"]!["sample"]!);
        Assert.True((bool)json["higher_is_better"]!["sample"]!["acc"]!);
        Assert.Equal(3, (int)json["n-samples"]!["sample_group 0"]!["effective"]!);
        Assert.Equal("multiple_choice", (string?)json["configs"]!["sample_group 0"]!["output_type"]);
    }

    [Fact]
    public void A_task_without_groups_is_one_task_with_all_its_metrics()
    {
        var json = Write(SampleTask.Choice());

        Assert.Equal(["sample"], Keys(json["results"]));
        Assert.Empty(Keys(json["groups"]));
        Assert.Equal(
            ["alias", "acc,none", "acc_stderr,none", "acc_norm,none", "acc_norm_stderr,none", "acc_bytes,none", "acc_bytes_stderr,none",
                "acc_norm_token,none", "acc_norm_token_stderr,none"],
            Keys(json["results"]!["sample"]));
        Assert.Equal("perfect", (string?)json["model_name"]);
        Assert.Equal(7, (int)json["n-samples"]!["sample"]!["original"]!);
    }

    private JsonNode Write(EvaluationTask task)
    {
        var scorer = HandMadeScorer.Perfect([0, 1, 2, 3, 0, 1, 2]);
        var outcome = new Evaluator(_data.Cache, new()).Run(scorer, task);
        return JsonNode.Parse(HarnessResults.Of(EvaluationResults.Of(scorer, [(task, outcome)], new()), new()))!;
    }

    private static IEnumerable<string> Keys(JsonNode? node) => node!.AsObject().Select(entry => entry.Key);
}
