using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime.Tests.Evaluation.Metrics;

/// <summary>Metrics against numbers worked out by hand.</summary>
public sealed class MetricTests
{
    [Fact]
    public void The_four_accuracies_divide_by_nothing_by_characters_by_bytes_and_by_tokens()
    {
        // Sums: 0 leads; per character: −2 against −1.8; per byte: −1 against −1.125; per token: −4 against −3.
        var item = Choice(0, [-4, -9], tokens: [1, 3], bytes: [4, 8]) with { Characters = [2, 5] };
        var results = All(SampleTask.Choice(2), item, item);

        Assert.Equal(1, Value(results, MetricNames.Accuracy));
        Assert.Equal(0, Value(results, MetricNames.AccuracyByCharacter));
        Assert.Equal(1, Value(results, MetricNames.AccuracyByByte));
        Assert.Equal(0, Value(results, MetricNames.AccuracyByToken));
    }

    [Fact]
    public void A_tie_is_not_right()
    {
        var item = Choice(0, [-4, -4], tokens: [1, 1], bytes: [1, 1]);

        Assert.Equal(0, Value(All(SampleTask.Choice(2), item, item), MetricNames.Accuracy));
    }

    [Fact]
    public void A_shares_standard_error_is_that_of_a_mean_of_zeros_and_ones()
    {
        var right = Choice(0, [-1, -2], [1, 1], [1, 1]);
        var wrong = Choice(1, [-1, -2], [1, 1], [1, 1]);
        ItemOutcome[] items = [.. Enumerable.Repeat(right, 30), .. Enumerable.Repeat(wrong, 70)];

        var accuracy = All(SampleTask.Choice(2), items).Single(metric => metric.Name == MetricNames.Accuracy);

        Assert.Equal(0.3, accuracy.Value, 12);
        Assert.Equal(Math.Sqrt(0.3 * 0.7 / 99), accuracy.StdErr!.Value, 12);
        Assert.InRange(accuracy.BootstrapStdErr!.Value, accuracy.StdErr.Value * 0.9, accuracy.StdErr.Value * 1.1);
    }

    [Fact]
    public void A_macro_mean_weighs_groups_alike_and_a_pooled_one_items()
    {
        var right = Choice(0, [-1, -2], [1, 1], [1, 1]);
        var wrong = Choice(1, [-1, -2], [1, 1], [1, 1]);
        ItemOutcome[] items =
        [
            .. Enumerable.Repeat(right with { Group = "a" }, 90), .. Enumerable.Repeat(wrong with { Group = "a" }, 10),
            .. Enumerable.Repeat(right with { Group = "b" }, 10), .. Enumerable.Repeat(wrong with { Group = "b" }, 290),
        ];

        var results = All(SampleTask.Choice(2, "{g}", MeanKind.Macro), items).Where(metric => metric.Name == MetricNames.Accuracy).ToList();

        Assert.Equal([MeanKind.Macro, MeanKind.Pooled], results.Select(metric => metric.Mean));
        Assert.Equal((0.9 + 1.0 / 30) / 2, results[0].Value, 12);
        Assert.Equal(100.0 / 400, results[1].Value, 12);
        Assert.Equal(Math.Sqrt((0.9 * 0.1 / 99) + (1.0 / 30 * 29 / 30 / 299)) / 2, results[0].StdErr!.Value, 12);
        Assert.All(results, metric => Assert.InRange(metric.BootstrapStdErr!.Value, metric.StdErr!.Value * 0.9, metric.StdErr.Value * 1.1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_macro_mean_of_small_groups_has_the_error_that_it_shows(int size)
    {
        var random = new Random(size);
        var groups = 60;
        ItemOutcome[] Draw() => [.. Enumerable.Range(0, groups * size).Select(item =>
            Choice(random.NextDouble() < 0.4 ? 0 : 1, [-1, -2], [1, 1], [1, 1]) with { Group = $"{item / size:00}" })];
        MetricResult Accuracy() => All(SampleTask.Choice(2, "{g}", MeanKind.Macro), Draw())[0];

        var drawn = Enumerable.Range(0, 100).Select(_ => Accuracy()).ToList();

        var truth = Math.Sqrt(0.4 * 0.6 / (groups * size));
        Assert.InRange(drawn.Average(metric => metric.StdErr!.Value), truth * 0.95, truth * 1.05);
        Assert.InRange(drawn.Average(metric => metric.BootstrapStdErr!.Value), truth * 0.95, truth * 1.05);
    }

    [Fact]
    public void Chance_is_the_mean_of_one_over_each_items_options()
    {
        var two = Choice(0, [-1, -2], [1, 1], [1, 1]);
        var five = Choice(0, [-1, -2, -3, -4, -5], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]);

        Assert.All(All(SampleTask.Choice(2), two, five), metric => Assert.Equal(0.35, metric.Chance!.Value, 12));
    }

    [Fact]
    public void The_last_words_metrics_are_greedy_accuracy_and_two_perplexities()
    {
        ItemOutcome[] items = [Text(-2, tokens: 2) with { Greedy = true }, Text(-6, tokens: 3)];

        var results = All(SampleTask.OfTarget(TaskForm.LastWord, MetricNames.Accuracy), items);

        Assert.Equal(0.5, Value(results, MetricNames.Accuracy));
        Assert.Equal(Math.Exp(4), Value(results, MetricNames.Perplexity), 9);
        Assert.Equal(Math.Exp(1.5), Value(results, MetricNames.PerplexityByToken), 9);
        var perplexity = results.Single(metric => metric.Name == MetricNames.Perplexity);
        Assert.Equal(Math.Exp(4) * 2, perplexity.StdErr!.Value, 9);
        Assert.All(results, metric => Assert.Null(metric.Chance));
    }

    [Fact]
    public void A_running_texts_metrics_divide_all_of_its_log_likelihood_by_words_bytes_and_tokens()
    {
        ItemOutcome[] items = [Text(-20, tokens: 10, bytes: 40) with { Words = 8 }, Text(-30, tokens: 15, bytes: 35) with { Words = 2 }];

        var results = All(SampleTask.OfTarget(TaskForm.Text, MetricNames.BitsPerByte), items);

        Assert.Equal(Math.Exp(5), Value(results, MetricNames.WordPerplexity), 9);
        Assert.Equal(Math.Exp(2), Value(results, MetricNames.TokenPerplexity), 9);
        Assert.Equal(Math.Exp(50.0 / 75), Value(results, MetricNames.BytePerplexity), 9);
        Assert.Equal(50.0 / 75 / Math.Log(2), Value(results, MetricNames.BitsPerByte), 12);
        Assert.Equal(MetricNames.BitsPerByte, results[0].Name);
    }

    [Fact]
    public void The_error_of_a_ratio_is_the_bootstraps()
    {
        var random = new Random(5);
        var items = Enumerable.Range(0, 400).Select(_ => random.Next(5, 60))
            .Select(bytes => Text(-bytes * (0.5 + random.NextDouble()), bytes / 4 + 1, bytes) with { Words = bytes / 6 + 1 }).ToArray();

        Assert.All(All(SampleTask.OfTarget(TaskForm.Text, MetricNames.BitsPerByte), items), metric =>
            Assert.InRange(metric.BootstrapStdErr!.Value, metric.StdErr!.Value * 0.9, metric.StdErr.Value * 1.1));
    }

    [Fact]
    public void A_single_item_has_no_standard_error()
    {
        Assert.All(All(SampleTask.Choice(2), Choice(0, [-1, -2], [1, 1], [1, 1])), metric => Assert.Null(metric.StdErr));
    }

    [Fact]
    public void An_outcome_without_characters_has_as_many_as_bytes()
    {
        var item = new ItemOutcome { Index = 0, Gold = 1, LogLikelihoods = [-4, -6], Tokens = [1, 1], Bytes = [2, 4] };

        Assert.Equal(1, Value(All(SampleTask.Choice(2), item, item), MetricNames.AccuracyByCharacter));
        Assert.NotEqual(item, item with { Characters = [4, 2] });
    }

    [Fact]
    public void Every_name_has_its_metric()
    {
        Assert.All(Enum.GetValues<TaskForm>(), form => Assert.All(MetricNames.Of(form), name => Assert.Equal(name, Metric.All[name].Name)));
    }

    private static IReadOnlyList<MetricResult> All(EvaluationTask task, params ItemOutcome[] items) => new TaskMetrics(task, items).All();

    private static double Value(IReadOnlyList<MetricResult> results, string name) => results.First(metric => metric.Name == name).Value;

    private static ItemOutcome Choice(int gold, double[] values, int[] tokens, int[] bytes) =>
        new() { Index = 0, Gold = gold, LogLikelihoods = values, Tokens = tokens, Characters = bytes, Bytes = bytes };

    private static ItemOutcome Text(double value, int tokens, int bytes = 1) =>
        new() { Index = 0, Gold = 0, LogLikelihoods = [value], Tokens = [tokens], Characters = [bytes], Bytes = [bytes] };
}
