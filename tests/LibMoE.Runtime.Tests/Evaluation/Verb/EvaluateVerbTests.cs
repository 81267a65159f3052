using System.Text.Json;
using LibMoE.Runtime.Tests.Evaluation.Scoring;

namespace LibMoE.Runtime.Tests.Evaluation.Verb;

/// <summary>What the verb <c>evaluate</c> leaves on the screen and on disk.</summary>
public sealed class EvaluateVerbTests : IDisposable
{
    private readonly EvaluateRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Models_are_scored_and_compared_item_by_item()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(
            [EvaluateRun.Model("Dense"), EvaluateRun.Model("Same"), EvaluateRun.Model("Other", seed: 4)], "--tasks", "sample.json"));

        Assert.Empty(_run.Errors);
        Assert.Contains("3 models on 1 task, in runs/evaluation", _run.Output, StringComparison.Ordinal);
        Assert.Matches(@"sample\s+Dense\s+\d+\.\d ± \d+\.\d\s+25\.0\s+24", _run.Output);
        Assert.Matches(@"acc, mean of groups\s+Same .*\+0\.0 \[\+0\.0, \+0\.0\] no significant difference", _run.Output);
        var comparison = JsonDocument.Parse(File.ReadAllText("runs/evaluation/comparison.json")).RootElement;
        Assert.Equal("Dense", comparison.GetProperty("baseline").GetString());
        Assert.Equal(
            ["Same", "Other"], comparison.GetProperty("comparisons").EnumerateArray().Select(row => row.GetProperty("model").GetString()));
        var results = EvaluationResults.Read("runs/evaluation/Other");
        Assert.Equal("Other", results.Model);
        Assert.Equal((24, 24, 0, 0),
            (results.Tasks[0].Items.Found, results.Tasks[0].Items.Used, results.Tasks[0].Items.Refused, results.Tasks[0].Items.LeftOut));
        Assert.Empty(Directory.EnumerateFiles("runs", "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_second_call_gives_the_same_bytes_from_the_cache()
    {
        await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--name", "one");
        var kept = Directory.GetFiles("cache");
        await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--name", "two");

        Assert.Single(kept);
        Assert.Equal(kept, Directory.GetFiles("cache"));
        foreach (var file in Directory.GetFiles("runs/one", "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("one", "two", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_task_with_images_is_refused_before_anything_is_fetched()
    {
        // Its data is not there: were it asked for, that would be the error.
        Assert.Equal(ExitCode.Usage, await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "pope", "--Evaluation:Offline=true"));

        Assert.Contains("'pope', whose questions are on images, and stored models read text alone", Assert.Single(_run.Errors),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_is_said()
    {
        Assert.Equal(ExitCode.Done, await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--limit", "9"));

        Assert.Contains("Left out by the limit: 15 of 24 items of sample.", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_that_is_not_causal_is_refused_and_the_others_are_evaluated()
    {
        var choice = EvaluateRun.Model("Choosing", variant: MoeVariant.Of<ScoredExpertChoice>());

        Assert.Equal(ExitCode.Failed, await _run.Run([EvaluateRun.Model("Dense"), choice], "--tasks", "sample.json"));
        Assert.Contains("Choosing: Choosing cannot be evaluated: ScoredExpertChoice routes by looking at all tokens",
            string.Join(' ', _run.Output.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _run.Run([choice], "--tasks", "sample.json"));
        Assert.Contains("later ones included", Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_an_expert_is_scored_under_a_name_that_says_so()
    {
        var model = EvaluateRun.Model("Smoe", variant: MoeVariant.Of<ScoredSmoe>());
        Assert.Equal(ExitCode.Done, await _run.Run([model], "--tasks", "sample.json", "--name", "one", "--Evaluation:Samples=true"));
        Assert.Equal(ExitCode.Done, await _run.Run(
            [model], "--tasks", "sample.json", "--name", "two", "--Evaluation:Samples=true", "--veto", "0:1", "--force", "2"));

        Assert.Equal("Smoe-veto-0.1-force-2", EvaluationResults.Read("runs/two/Smoe-veto-0.1-force-2").Model);
        Assert.NotEqual(Samples("runs/one/Smoe"), Samples("runs/two/Smoe-veto-0.1-force-2"));

        static string Samples(string folder) =>
            string.Concat(Directory.GetFiles($"{folder}/lm-evaluation-harness", "samples*").Order().Select(File.ReadAllText));
    }

    [Fact]
    public async Task An_order_that_a_model_cannot_obey_is_one_line()
    {
        Assert.Equal(ExitCode.Usage, await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--veto", "1"));

        Assert.Contains("Dense has no experts that could be vetoed or forced.", Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--veto", "one", "error: --veto (Evaluation:Veto) is 'one'; it must list experts such as 3, of every MoE layer, or 1:3")]
    [InlineData("--force", "1:2:3", "error: --force (Evaluation:Force) is '1:2:3'; it must list experts such as 3")]
    [InlineData("--tasks", "helaswag",
        "error: --tasks (Evaluation:Tasks) names 'helaswag', which is not a task; did you mean 'hellaswag'?")]
    [InlineData("--limit", "0", "error: --limit (Evaluation:Limit) is 0; it must be at least 1.")]
    [InlineData("--precision", "Float16", "error: --precision (Evaluation:Precision) is Float16; it must be Float32 or BFloat16.")]
    [InlineData("--checkpoint", "nothing.bin", "error: --checkpoint (Evaluation:Checkpoint) names 'nothing.bin', which does not exist")]
    [InlineData("--tasks", "", "error: --tasks (Evaluation:Tasks) is empty; it must name tasks")]
    public async Task A_wrong_setting_is_one_line(string option, string value, string message)
    {
        string[] tasks = option == "--tasks" ? [] : ["--tasks", "sample.json"];

        Assert.Equal(ExitCode.Usage, await _run.Run([EvaluateRun.Model("Dense")], [.. tasks, option, value]));

        Assert.StartsWith(message, Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists("runs"));
    }

    [Fact]
    public async Task Missing_data_is_one_line_and_starts_nothing()
    {
        Assert.Equal(ExitCode.Failed, await _run.Run(
            [EvaluateRun.Model("Dense")], "--tasks", "sample.json,race,cbt", "--Evaluation:Offline=true"));

        var error = Assert.Single(_run.Errors);
        Assert.StartsWith("error: Nothing is downloaded offline; missing in ", error, StringComparison.Ordinal);
        Assert.Contains("race (race/RACE.tar.gz", error, StringComparison.Ordinal);
        Assert.Contains("cbt (cbt/CBTest.tgz", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("runs"));
    }

    [Fact]
    public async Task Bfloat16_is_said_in_the_results()
    {
        Assert.Equal(ExitCode.Done, await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--precision", "BFloat16"));

        Assert.Equal("BFloat16", EvaluationResults.Read("runs/evaluation/Dense").Precision);
    }

    [Fact]
    public async Task Every_item_is_written_where_that_is_asked_for()
    {
        Assert.Equal(ExitCode.Done, await _run.Run([EvaluateRun.Model("Dense")], "--tasks", "sample.json", "--Evaluation:Samples=true"));

        const string folder = "runs/evaluation/Dense/lm-evaluation-harness";
        Assert.Equal(
            ["samples_sample_group 0_libmoe.jsonl", "samples_sample_group 1_libmoe.jsonl", "samples_sample_group 2_libmoe.jsonl"],
            Directory.GetFiles(folder, "samples*").Select(Path.GetFileName).Order());
        var lines = Enumerable.Range(0, 3)
            .SelectMany(group => File.ReadAllLines($"{folder}/samples_sample_group {group}_libmoe.jsonl")).ToArray();
        Assert.Equal(24, lines.Length);
        // The second item of group 2 is the sixth of all.
        var item = JsonDocument.Parse(lines[17]).RootElement;
        Assert.Equal(1, item.GetProperty("doc_id").GetInt32());
        Assert.Equal("1", item.GetProperty("target").GetString());
        Assert.Equal(4, item.GetProperty("filtered_resps").GetArrayLength());
        Assert.StartsWith(
            "This is the question 5.", item.GetProperty("arguments").GetProperty("gen_args_3").GetProperty("arg_0").GetString(),
            StringComparison.Ordinal);
        var accuracy = lines.Average(line => JsonDocument.Parse(line).RootElement.GetProperty("acc").GetDouble());
        Assert.Equal(EvaluationResults.Read("runs/evaluation/Dense").Tasks[0].Metrics.Single(
            metric => metric is { Name: "acc", Mean: MeanKind.Pooled }).Value, accuracy, 12);
    }
}
