using System.Text;

namespace LibMoE.Runtime.Tests.Evaluation.Running;

/// <summary>Nothing is computed twice: neither after an end nor after a kill.</summary>
public sealed class EvaluationCacheTests : IDisposable
{
    private readonly DataFolder _data = SampleTask.Data(Enumerable.Range(0, 60).Select(item => item % 4), length: 2);
    private readonly DataFolder _cache = new();
    private readonly EvaluationOptions _options = new() { BatchTokens = 600 };

    public void Dispose()
    {
        _data.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void A_second_call_asks_the_model_nothing_and_says_the_same()
    {
        var (first, second) = (Scorer(), Scorer());

        var computed = Run(first);
        var read = Run(second);

        Assert.True(first.Asked.Count > 10);
        Assert.Empty(second.Asked);
        Assert.Equal(Json(computed), Json(read));
    }

    [Fact]
    public void Another_model_task_or_setting_is_computed()
    {
        Run(Scorer());

        Assert.NotEmpty(Asked(new HandMadeScorer(Value, "another"), _options, SampleTask.Choice()));
        Assert.NotEmpty(Asked(Scorer(), _options, SampleTask.Choice() with { Version = 2 }));
        Assert.NotEmpty(Asked(Scorer(), _options with { Limit = 10 }, SampleTask.Choice()));
        Assert.NotEmpty(Asked(Scorer(), _options with { BatchTokens = 601 }, SampleTask.Choice()));
        File.AppendAllText(Path.Combine(_data.Path, "sample.jsonl"), "\n");
        Assert.NotEmpty(Asked(Scorer(), _options, SampleTask.Choice()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    public void A_killed_evaluation_repeats_no_finished_batch_and_ends_with_the_same_bytes(int killedAt)
    {
        using var undisturbed = new DataFolder();
        Run(Scorer(), undisturbed);

        var killed = Scorer(before: batch => _ = batch.Number == killedAt ? throw new InsufficientExecutionStackException("killed") : 0);
        Assert.Throws<InsufficientExecutionStackException>(() => Run(killed));
        var resumed = Scorer();
        Run(resumed);

        Assert.Equal(killedAt, killed.Asked.Count);
        Assert.Equal(killedAt, resumed.Asked[0].Number);
        Assert.Equal(Files(undisturbed), Files(_cache));
    }

    [Fact]
    public void Half_a_line_at_the_end_of_the_journal_costs_one_batch()
    {
        using var undisturbed = new DataFolder();
        Run(Scorer(), undisturbed);
        var killed = Scorer(before: batch => _ = batch.Number == 4 ? throw new InsufficientExecutionStackException("killed") : 0);
        Assert.Throws<InsufficientExecutionStackException>(() => Run(killed));
        var journal = Directory.GetFiles(_cache.Path, "*.journal").Single();
        using (var file = File.OpenWrite(journal))
        {
            file.SetLength(file.Length - 7);
        }

        var resumed = Scorer();
        Run(resumed);

        Assert.Equal(3, resumed.Asked[0].Number);
        Assert.Equal(Files(undisturbed), Files(_cache));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("\"another key\"\n{\"Batch\":0,\"Ll\":[1],\"Greedy\":[true],\"Text\":null}\n")]
    public void A_journal_that_is_none_of_this_evaluation_is_started_anew(string content)
    {
        using var undisturbed = new DataFolder();
        Run(Scorer(), undisturbed);
        var name = Path.GetFileNameWithoutExtension(Files(undisturbed).Single().Name);
        File.WriteAllText(Path.Combine(_cache.Path, name + ".journal"), content);

        Run(Scorer());

        Assert.Equal(Files(undisturbed), Files(_cache));
    }

    [Fact]
    public void A_damaged_cache_file_is_computed_anew()
    {
        using var undisturbed = new DataFolder();
        Run(Scorer(), undisturbed);
        Run(Scorer());
        var path = Directory.GetFiles(_cache.Path).Single();
        File.WriteAllText(path, File.ReadAllText(path)[..^20]);

        Run(Scorer());

        Assert.Equal(Files(undisturbed), Files(_cache));
    }

    [Fact]
    public void Two_processes_do_not_write_one_journal()
    {
        var inside = 0;
        var outer = Scorer(before: batch =>
        {
            if (batch.Number == 2)
            {
                inside++;
                Assert.Contains("another process", Assert.Throws<StorageException>(() => Run(Scorer())).Message, StringComparison.Ordinal);
            }
        });

        Run(outer);

        Assert.Equal(1, inside);
    }

    [Fact]
    public void A_stop_keeps_what_is_done()
    {
        using var stop = new CancellationTokenSource();
        var stopped = Scorer(before: batch =>
        {
            if (batch.Number == 3)
            {
                stop.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() =>
            new Evaluator(_data.Cache, _options, _cache.Path).Run(stopped, SampleTask.Choice(), stop: stop.Token));

        var resumed = Scorer();
        Run(resumed);

        Assert.Equal(4, resumed.Asked[0].Number);
    }

    [Fact]
    public void Progress_rises_to_the_whole_and_tells_the_time_left()
    {
        var reports = new List<EvaluationProgress>();
        new Evaluator(_data.Cache, _options).Run(Scorer(), SampleTask.Choice(), new Reports(reports.Add));

        Assert.Equal(reports.Select(report => report.Share).Order(), reports.Select(report => report.Share));
        Assert.Equal(1, reports[^1].Share);
        Assert.All(reports, report => Assert.NotNull(report.Remaining));
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    private static double Value(ScoringRequest request) => -1 - (request.Item * 7 % 11) - (0.1 * request.Part) - (1 / 3.0);

    private static HandMadeScorer Scorer(Action<ScoringBatch>? before = null) => new(Value) { Before = before ?? (_ => { }) };

    private TaskOutcome Run(HandMadeScorer scorer, DataFolder? cache = null) =>
        new Evaluator(_data.Cache, _options, (cache ?? _cache).Path).Run(scorer, SampleTask.Choice());

    private List<ScoringBatch> Asked(HandMadeScorer scorer, EvaluationOptions options, EvaluationTask task)
    {
        new Evaluator(_data.Cache, options, _cache.Path).Run(scorer, task);
        return scorer.Asked;
    }

    private static string Json(TaskOutcome outcome) => System.Text.Json.JsonSerializer.Serialize(outcome);

    private static List<(string Name, string Text)> Files(DataFolder folder) =>
        [.. Directory.GetFiles(folder.Path).Order().Select(path => (Path.GetFileName(path), File.ReadAllText(path, Encoding.UTF8)))];

    private sealed class Reports(Action<EvaluationProgress> take) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => take(value);
    }
}
