using LibMoE.Runtime.Tests.Evaluation.Scoring;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Evaluation.Verb;

/// <summary>Tasks within a study: every cell is evaluated right after its training.</summary>
public sealed class StudyEvaluationTests : IDisposable
{
    private readonly HostedRun _run = new();
    private readonly DataFolder _data = SampleTask.Data(Enumerable.Range(0, 24).Select(item => item % 4));

    public StudyEvaluationTests() => File.WriteAllText(Path.Combine(_data.Path, "sample.json"), TaskFile.Write(SampleTask.Choice()));

    public void Dispose()
    {
        _run.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Every_cell_is_evaluated_and_the_results_have_the_scores()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--seeds", "2", "--name", "one"), .. Tasks]));

        Assert.Empty(_run.Errors);
        var results = StudyResults.Read("runs/one");
        foreach (var variant in results.Variants)
        {
            var cells = variant.Seeds
                .Select(seed => EvaluationResults.Read($"runs/one/{variant.Name}/seed-{seed.Seed}").Tasks[0].Score.Value).ToList();
            Assert.Equal(cells, variant.Seeds.Select(seed => seed.Tasks["sample"]));
            Assert.Equal(cells.Average(), variant.Tasks["sample"], 12);
        }

        Assert.Matches(@"sample\s+Dense\s+\d+\.\d ± \d+\.\d\s+25\.0\s+24", _run.Output);
        Assert.True(File.Exists("runs/one/comparison.json"));
        Assert.Contains("Evaluation tasks</h3>", File.ReadAllText("runs/one/report.html"), StringComparison.Ordinal);
        Assert.Equal(1 + 1, File.ReadAllLines("runs/one/data/task-differences.csv").Length);
        Assert.Equal(1 + 2, File.ReadAllLines("runs/one/data/task-scores.csv").Length);
    }

    [Fact]
    public async Task The_verb_scores_a_runs_checkpoints_as_the_study_did()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "one"), .. Tasks]));
        var before = StudyResults.Read("runs/one");

        Assert.Equal(ExitCode.Done, await _run.Run(["evaluate", "--checkpoint", "one", .. Tasks]));

        Assert.Empty(_run.Errors);
        Assert.Contains("2 models on 1 task, in runs/one", _run.Output, StringComparison.Ordinal);
        Assert.Equal(before.Variants.Select(variant => variant.Tasks["sample"]), StudyResults.Read("runs/one").Variants.Select(
            variant => variant.Tasks["sample"]));
        Assert.Equal(before.ToJson(), StudyResults.Read("runs/one").ToJson());
    }

    [Fact]
    public async Task A_cell_that_is_trained_on_keeps_nothing_that_was_said_of_the_model_before()
    {
        string[] cell = ["--name", "one", "--variants", "Dense", "--Model:Context=256"];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny(cell), .. Tasks, "--Evaluation:Samples=true"]));
        Assert.Single(Directory.GetFiles("runs/one/Dense/seed-0/lm-evaluation-harness", "samples*"));

        Assert.Equal(ExitCode.Done, await _run.Run(
            ["study", .. HostedRun.Tiny(cell).Select(value => value == "4" ? "6" : value), "--resume", "--allow-change",
                "Training:Steps", "--Evaluation:Tasks="]));

        Assert.Empty(_run.Errors);
        Assert.Contains("\"steps\":6", File.ReadAllText("runs/one/Dense/seed-0/result.json"), StringComparison.Ordinal);
        Assert.Empty(StudyResults.Read("runs/one").Variants[0].Tasks);
        Assert.False(File.Exists("runs/one/Dense/seed-0/evaluation.json"));
        Assert.Empty(Directory.GetFiles("runs/one/Dense/seed-0/lm-evaluation-harness"));
    }

    [Fact]
    public async Task Scores_that_the_verb_adds_are_collected_by_the_names_of_a_grid()
    {
        string[] grid = [.. HostedRun.Tiny("--name", "one", "--Study:Grid:Training:LearningRate=0.001,0.002", "--Model:Context=256")];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. grid]));

        Assert.Equal(ExitCode.Done, await _run.Run(["evaluate", "--checkpoint", "one", "--limit", "12", .. Tasks]));
        Assert.Equal(4, StudyResults.Read("runs/one").Variants.Count(variant => variant.Tasks.ContainsKey("sample")));
        Assert.Equal(ExitCode.Done, await _run.Run(["collect", "--name", "one"]));

        Assert.Equal(4, StudyResults.Read("runs/one").Variants.Count(variant => variant.Tasks.ContainsKey("sample")));
        Assert.Contains("HostedSmoe LearningRate=0.002", File.ReadAllText("runs/one/comparison.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Training:AverageDecay=0.5")]
    [InlineData("--Training:Compute=BFloat16")]
    public async Task The_verb_takes_what_the_study_computed_from_the_cache(string training)
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "one", training), .. Tasks]));
        var (cached, written) = (Entries(), Evaluations());

        Assert.Equal(ExitCode.Done, await _run.Run(["evaluate", "--checkpoint", "one", .. Tasks]));

        Assert.Equal(2, cached.Count);
        Assert.Equal(cached, Entries());
        Assert.Equal(written, Evaluations());
    }

    [Fact]
    public async Task Without_tasks_nothing_is_evaluated()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--name", "one")]));

        Assert.Empty(Directory.GetFiles("runs", EvaluationResults.FileName, SearchOption.AllDirectories));
        Assert.All(StudyResults.Read("runs/one").Variants, variant => Assert.Empty(variant.Tasks));
    }

    [Fact]
    public async Task A_variant_that_is_not_causal_is_named_and_trained_all_the_same()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(
            [MoeVariant.Of<ScoredExpertChoice>(), MoeVariant.Of<HostedSmoe>()], ["study", .. HostedRun.Tiny("--name", "one"), .. Tasks]));

        Assert.Contains("ScoredExpertChoice is not evaluated: ScoredExpertChoice routes by looking at all tokens", Words(_run.Output),
            StringComparison.Ordinal);
        Assert.Equal([1, 0, 1], StudyResults.Read("runs/one").Variants.Select(variant => variant.Tasks.Count));
    }

    [Fact]
    public async Task Missing_data_is_found_before_anything_is_trained()
    {
        Assert.Equal(ExitCode.Failed, await _run.Run(
            ["study", .. HostedRun.Tiny("--name", "one", "--Evaluation:Tasks=race", "--Evaluation:Offline=true")]));

        Assert.StartsWith(
            "error: Nothing is downloaded offline; missing in ", Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(_run.LeftARun);
    }

    private string[] Tasks => [$"--Evaluation:Tasks={_data.Path}/sample.json", "--Evaluation:Cache=cache", "--Model:Context=256"];

    /// <summary>What the cache holds, and when each was computed.</summary>
    private static List<(string, DateTime)> Entries() =>
        [.. Directory.GetFiles("cache", "sample-*").Order().Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private static List<string> Evaluations() =>
        [.. Directory.GetFiles("runs/one", EvaluationResults.FileName, SearchOption.AllDirectories).Order().Select(File.ReadAllText)];

    private static string Words(string text) => string.Join(' ', text.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
}
