namespace LibMoE.Runtime.Tests.Evaluation.Running;

/// <summary>Whole evaluations by scorers whose results are known.</summary>
public sealed class EvaluatorTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 2000).Select(item => item % 10 < 4 ? 2 : item * 31 % 4)];

    [Fact]
    public void A_perfect_scorer_gets_everything_right()
    {
        Assert.Equal(1, Score(HandMadeScorer.Perfect(Labels)).Score.Value);
    }

    [Fact]
    public void A_constant_scorer_gets_the_share_of_its_option()
    {
        var share = Labels.Count(label => label == 2) / 2000.0;

        Assert.Equal(share, Score(HandMadeScorer.Constant(2)).Score.Value, 12);
        Assert.True(share > 0.4);
    }

    [Fact]
    public void A_random_scorer_gets_chance_within_its_error()
    {
        var result = Score(HandMadeScorer.Chance(Draws(seed: 1, 8 * 2000))).Score;

        Assert.Equal(0.25, result.Chance);
        Assert.InRange(result.Value, 0.25 - (3 * result.StdErr!.Value), 0.25 + (3 * result.StdErr.Value));
    }

    [Fact]
    public void A_scorer_that_finds_all_options_alike_gets_nothing_right()
    {
        var result = Score(new HandMadeScorer(_ => -1, "indifferent"));

        Assert.Equal((0, 2000), (result.Score.Value, result.Items.Ties));
    }

    [Fact]
    public void Used_refused_left_out_and_cut_items_are_counted()
    {
        using var folder = SampleTask.Data([0, 1, 2, 3, 0, 1, 2, 3], length: 1);
        var path = Path.Combine(folder.Path, "sample.jsonl");
        File.AppendAllText(path, """{"q": "no options", "o": [], "a": 0}""" + "\n");

        var outcome = new Evaluator(folder.Cache, new() { RefuseMalformed = true, Limit = 6 })
            .Run(new HandMadeScorer(request => -request.Part - 1) { Context = 50 }, SampleTask.Choice());
        var counts = TaskResult.Of(SampleTask.Choice(), outcome, 0).Items;

        Assert.Equal((9, 6, 1, 2), (counts.Found, counts.Used, counts.Refused, counts.LeftOut));
        Assert.True(counts.Cut is > 0 and < 6 && counts.CutTokens >= counts.Cut);
    }

    [Fact]
    public void An_item_that_does_not_fit_is_refused_with_its_place()
    {
        using var folder = SampleTask.Data([0, 1, 2]);
        File.AppendAllText(
            Path.Combine(folder.Path, "sample.jsonl"), $$"""{"q": "?", "o": ["{{new string('x', 300)}}", "b", "c", "d"], "a": 0}""");

        var outcome = new Evaluator(folder.Cache, new())
            .Run(new HandMadeScorer(request => -request.Part - 1) { Context = 128 }, SampleTask.Choice());

        var refused = Assert.Single(outcome.Refused);
        Assert.Equal("sample.jsonl:4", refused.Place);
        Assert.Contains("does not fit", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(3, outcome.Items.Count);
    }

    [Theory]
    [InlineData("42", "42", true)]
    [InlineData("42\nand more", "42", true)]
    [InlineData("4", "4", false)]
    [InlineData("43", "43", false)]
    public void A_generated_text_ends_before_a_stop_text_and_must_equal_the_target(string says, string kept, bool exact)
    {
        using var folder = new DataFolder()
            .With("sample.jsonl", """{"q": "6 x 7 =", "t": "42"}""" + "\n" + """{"q": "6 x 7 is", "t": "42"}""");
        var task = SampleTask.OfTarget(TaskForm.Generate, MetricNames.ExactMatch);
        var scorer = new HandMadeScorer(_ => 0)
        {
            NextToken = ids => Next(string.Concat(ids.Select(id => (char)id))),
        };

        var outcome = new Evaluator(folder.Cache, new()).Run(scorer, task);

        Assert.All(outcome.Items, item => Assert.Equal((kept, exact), (item.Text, item.Exact)));
        Assert.Equal(exact ? 1 : 0, TaskResult.Of(task, outcome, 0).Score.Value);

        int Next(string sofar)
        {
            var said = sofar.Length - (sofar.Contains('=', StringComparison.Ordinal) ? 7 : 8);
            return said < says.Length ? says[said] : '\n';
        }
    }

    private static long[] Draws(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt64())];
    }

    private static TaskResult Score(HandMadeScorer scorer)
    {
        using var folder = SampleTask.Data(Labels);
        return TaskResult.Of(SampleTask.Choice(), new Evaluator(folder.Cache, new()).Run(scorer, SampleTask.Choice()), 0);
    }
}
