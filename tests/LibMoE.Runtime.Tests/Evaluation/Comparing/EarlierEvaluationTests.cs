using System.Text.Json;
using LibMoE.Runtime.Evaluation.Results;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Runtime.Tests.Evaluation.Comparing;

/// <summary>A later evaluation of the same models on other tasks keeps what the earlier one found, in every file and every section
/// of the report.</summary>
public sealed class EarlierEvaluationTests : IDisposable
{
    private static readonly EvaluationTask First = SampleTask.Choice();
    private static readonly EvaluationTask Second = SampleTask.Choice() with { Name = "second" };

    private static readonly int[] Labels = [.. Enumerable.Range(0, 40).Select(item => item % 4)];

    private readonly DataFolder _data = SampleTask.Data(Labels);
    private readonly SampleStudy _folder = new();

    public EarlierEvaluationTests() => _folder.Finished("Dense", 0, 2).Finished("Smoe", 0, 2);

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Both_tasks_are_in_every_section()
    {
        Evaluate(First, ("Dense", 10), ("Smoe", 20));
        Evaluate(Second, ("Dense", 12), ("Smoe", 36));
        var report = _folder.Report();

        Assert.Equal(["sample", "second"], report.Tables.Single(
            table => table.Id == "summary").Columns.Select(column => column.Header).Where(name => name is "sample" or "second"));
        Assert.Equal(["sample", "sample", "second", "second"], report.Figures("task-scores")!.Words("task"));
        Assert.Equal([null, 0.25, null, 0.6], report.Figures("task-scores")!.Numbers("difference").Select(
            value => value is { } number ? Math.Round(number, 12) : (double?)null));
        Assert.Equal(["sample", "second"], report.Figures("task-differences")!.Words("task"));
        Assert.Equal(0.25, report.Figures("task-scores-sample")!.Numbers("score")[0]);
        Assert.Equal(0.9, report.Figures("task-scores-second")!.Numbers("score")[1]);
    }

    [Fact]
    public void Means_and_ranks_are_over_the_tasks_of_both()
    {
        Evaluate(First, ("Dense", 10), ("Smoe", 20));
        Evaluate(Second, ("Dense", 12), ("Smoe", 8));
        var models = EvaluationComparison.Find(_folder.Path)!.Models;

        Assert.Equal([11 / 40.0, 14 / 40.0], models.Select(model => Math.Round(model.MacroMean!.Value, 12)));
        Assert.Equal([1.5, 1.5], models.Select(model => model.AverageRank));
    }

    [Fact]
    public void Files_for_other_tools_have_both_too()
    {
        Evaluate(First, ("Dense", 10));
        Evaluate(Second, ("Dense", 12));
        using var harness = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(_folder.Path, "Dense", "seed-0", HarnessResults.Folder, HarnessResults.FileName)));

        Assert.Equal(["sample", "second"], harness.RootElement.GetProperty("results").EnumerateObject().Select(task => task.Name));
    }

    [Fact]
    public void A_model_that_was_left_out_this_time_keeps_its_scores()
    {
        Evaluate(First, ("Dense", 10), ("Smoe", 20));
        Evaluate(Second, ("Smoe", 36));
        var scores = _folder.Report().Figures("task-scores")!;

        Assert.Equal([("sample", "Smoe"), ("sample", "Dense"), ("second", "Smoe")], scores.Words("task").Zip(scores.Words("model")));
        Assert.Equal(
            [0.25, null, null], scores.Numbers("difference").Select(value => value is { } number ? Math.Round(number, 12) : (double?)null));
    }

    [Fact]
    public void A_comparison_goes_once_one_side_of_it_was_scored_anew()
    {
        Evaluate(First, ("Dense", 10), ("Smoe", 20));
        Evaluate(First, ("Smoe", 30));

        Assert.Empty(EvaluationComparison.Find(_folder.Path)!.Comparisons);
        Assert.Equal(0.75, _folder.Report().Figures("task-scores")!.Numbers("value")[0]);
    }

    [Fact]
    public void Scores_of_other_weights_are_not_kept()
    {
        Evaluate(First, ("Dense", 10));
        var cell = Path.Combine(_folder.Path, "Dense", "seed-0");
        var other = EvaluationResults.Read(cell) with { ModelSha256 = new string('f', 64), Tasks = [] };

        Assert.Empty(EvaluationFiles.Write(cell, other, [], _data.Cache, new()).Tasks);
    }

    [Fact]
    public void A_task_scored_in_another_number_type_says_so()
    {
        Evaluate(First, ("Dense", 10));
        var cell = Path.Combine(_folder.Path, "Dense", "seed-0");
        var halves = EvaluationResults.Read(cell) with { Precision = "BFloat16", Tasks = [] };

        Assert.Equal("Float64", Assert.Single(EvaluationFiles.Write(cell, halves, [], _data.Cache, new()).Tasks).Precision);
    }

    [Fact]
    public void A_score_without_the_images_is_of_another_task()
    {
        Evaluate(First, ("Dense", 10), ("Smoe", 20));
        Evaluate(First, questionOnly: true, ("Smoe", 30));

        Assert.Equal(["sample (question only)", "sample"], _folder.Report().Figures("task-scores")!.Words("task"));
        var comparison = EvaluationComparison.Find(_folder.Path)!;
        Assert.Empty(comparison.Comparisons);
        Assert.All(comparison.Models, model => Assert.Null(model.AverageRank));
        using var harness = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(_folder.Path, "Smoe", "seed-0", HarnessResults.Folder, HarnessResults.FileName)));
        var root = harness.RootElement;
        Assert.Equal("sample (question only)", root.GetProperty("results").GetProperty("sample").GetProperty("alias").GetString());
        Assert.True(root.GetProperty("configs").GetProperty("sample").GetProperty("metadata").GetProperty("question_only").GetBoolean());
    }

    private void Evaluate(EvaluationTask task, params (string Model, int Right)[] models) => Evaluate(task, false, models);

    private void Evaluate(EvaluationTask task, bool questionOnly, params (string Model, int Right)[] models)
    {
        var evaluations = models.Select(model =>
        {
            var scorer = new HandMadeScorer(
                request => request.Part == (Labels[request.Item] + (request.Item < model.Right ? 0 : 1)) % 4 ? -1 : -2, model.Model);
            var outcome = new Evaluator(_data.Cache, new()).Run(scorer, task);
            var results = EvaluationResults.Of(scorer, [(task, outcome)], new());
            results = results with { Tasks = [results.Tasks[0] with { QuestionOnly = questionOnly }] };
            return new ModelEvaluation(model.Model, 0, results, [outcome])
            {
                WithEarlier = EvaluationFiles.Write(
                    Path.Combine(_folder.Path, model.Model, "seed-0"), results, [(task, outcome)], _data.Cache, new()),
            };
        }).ToList();
        EvaluationFiles.WriteComparison(_folder.Path, EvaluationComparison.Of([task], evaluations), evaluations);
    }
}
