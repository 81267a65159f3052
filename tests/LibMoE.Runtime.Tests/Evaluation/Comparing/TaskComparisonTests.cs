using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Evaluation.Comparing;

/// <summary>Two models on the same items.</summary>
public sealed class TaskComparisonTests
{
    private static readonly EvaluationTask Sample = SampleTask.Choice(2);

    [Fact]
    public void Equal_models_do_not_differ()
    {
        var compared = Compare([Answers(200, 0.4, seed: 1)], [Answers(200, 0.4, seed: 1)]);

        Assert.Equal((0, 1), (compared.Difference, compared.ItemsPValue));
        Assert.Equal("no significant difference", compared.Verdict);
    }

    [Fact]
    public void One_seed_is_tested_by_McNemar_on_the_items_that_only_one_has_right()
    {
        // 100 items: 60 right by both, 12 by ours alone, 2 by the other alone.
        var compared = Compare([Marks(72, 100)], [Marks(60, 100, from: 72, to: 74)]);

        Assert.Equal("McNemar, exact", compared.ItemsTest);
        Assert.Equal(McNemar.PValue(12, 2), compared.ItemsPValue, 12);
        Assert.Equal(0.1, compared.Difference, 12);
        Assert.InRange(compared.Low, 0.01, 0.1);
        Assert.InRange(compared.High, 0.1, 0.2);
        Assert.Equal("higher on these items, one seed", compared.Verdict);
    }

    [Fact]
    public void Of_two_models_of_equal_skill_one_in_twenty_differs_by_the_tests_lights()
    {
        var found = Enumerable.Range(0, 200)
            .Count(trial => Compare([Answers(100, 0.4, 1 + (2 * trial))], [Answers(100, 0.4, 2 + (2 * trial))]).IsSignificant);

        // The exact test is conservative: at most 5 % in the long run, and of 200 trials over 20 would be a fault (p < 0.001).
        Assert.InRange(found, 0, 20);
    }

    [Fact]
    public void Seeds_that_disagree_about_the_sign_leave_no_difference()
    {
        TaskOutcome[] ours = [Marks(80, 100), Marks(40, 100)];
        TaskOutcome[] theirs = [Marks(50, 100), Marks(50, 100)];

        var compared = Compare(ours, theirs);

        Assert.Equal("paired bootstrap", compared.ItemsTest);
        Assert.Equal(0.1, compared.Difference, 12);
        // Differences 0.3 and −0.1: over seeds 0.2, and over items besides.
        Assert.Equal(0.2, compared.SeedsStdErr!.Value, 12);
        Assert.Equal(StudentT.PValue(0.1 / Math.Sqrt(0.04 + Math.Pow(compared.ItemsStdErr!.Value, 2)), 1), compared.SeedsPValue!.Value, 9);
        Assert.Equal("no significant difference", compared.Verdict);
    }

    [Fact]
    public void Seeds_that_agree_make_a_difference()
    {
        var compared = Compare([Marks(70, 100), Marks(71, 100), Marks(72, 100)], [Marks(50, 100), Marks(50, 100), Marks(52, 100)]);

        Assert.InRange(compared.SeedsPValue!.Value, 0, 0.05);
        Assert.Equal(("better", 3), (compared.Verdict, compared.Seeds));
    }

    [Fact]
    public void A_lower_perplexity_is_better()
    {
        var task = SampleTask.OfTarget(TaskForm.Text, MetricNames.BitsPerByte);
        var random = new Random(3);
        var theirs = Enumerable.Range(0, 60).Select(item => -50 - (20 * random.NextDouble())).ToList();

        var compared = TaskComparison.Of(task, ("ours", [Texts(theirs.ConvertAll(value => value + 2))]), ("theirs", [Texts(theirs)]));

        Assert.Equal(-2.0 / 40 / Math.Log(2), compared.Difference, 9);
        Assert.Equal("lower on these items, one seed", compared.Verdict);
        Assert.InRange(compared.ItemsPValue, 0, 0.003);
    }

    [Fact]
    public void Items_that_only_one_model_answered_do_not_count()
    {
        var ours = Marks(72, 100);
        var theirs = Marks(60, 100) with { Items = [.. Marks(60, 100).Items.Take(50)] };

        Assert.Equal(50, Compare([ours], [theirs]).Items);
    }

    [Fact]
    public void Groups_of_a_single_item_leave_doubt_about_their_mean()
    {
        var task = SampleTask.Choice(2, "{g}", MeanKind.Macro);

        var compared = TaskComparison.Of(
            task, ("ours", [Grouped(Marks(37, 67), 1)]), ("theirs", [Grouped(Marks(34, 67, from: 40, to: 41), 1)]));

        Assert.Equal(2.0 / 67, compared.Difference, 12);
        Assert.InRange(compared.Low, -0.1, 0);
        Assert.InRange(compared.High, 2.0 / 67, 0.1);
        Assert.Equal("no significant difference", compared.Verdict);
    }

    [Fact]
    public void Of_two_models_of_equal_skill_one_in_twenty_differs_also_by_the_mean_of_small_groups()
    {
        var task = SampleTask.Choice(2, "{g}", MeanKind.Macro);
        var found = Enumerable.Range(0, 200).Count(trial => TaskComparison.Of(
            task, ("ours", [Grouped(Answers(80, 0.4, 1 + (2 * trial)), 2)]),
            ("theirs", [Grouped(Answers(80, 0.4, 2 + (2 * trial)), 2)])).IsSignificant);

        Assert.InRange(found, 0, 22);
    }

    /// <summary>As many items in a row as a group has.</summary>
    private static TaskOutcome Grouped(TaskOutcome outcome, int size) =>
        outcome with { Items = [.. outcome.Items.Select(item => item with { Group = $"{item.Index / size:000}" })] };

    private static TaskComparison Compare(TaskOutcome[] ours, TaskOutcome[] theirs) =>
        TaskComparison.Of(Sample, ("ours", ours), ("theirs", theirs));

    private static TaskOutcome Answers(int count, double skill, int seed)
    {
        var random = new Random(seed);
        return Outcome(Enumerable.Range(0, count).Select(_ => random.NextDouble() < skill));
    }

    /// <summary>The first items are right, and those from one place to another.</summary>
    private static TaskOutcome Marks(int right, int count, int from = 0, int to = 0) =>
        Outcome(Enumerable.Range(0, count).Select(item => item < right || (item >= from && item < to)));

    private static TaskOutcome Outcome(IEnumerable<bool> right) => Outcome([.. right.Select((isRight, index) => new ItemOutcome
    {
        Index = index,
        Gold = isRight ? 0 : 1,
        LogLikelihoods = [-1, -2],
        Tokens = [1, 1],
        Characters = [1, 1],
        Bytes = [1, 1],
    })]);

    private static TaskOutcome Texts(List<double> values) => Outcome([.. values.Select((value, index) => new ItemOutcome
    {
        Index = index,
        Gold = 0,
        LogLikelihoods = [value],
        Tokens = [10],
        Characters = [40],
        Bytes = [40],
        Words = 7,
    })]);

    private static TaskOutcome Outcome(List<ItemOutcome> items) => new()
    {
        Task = "sample",
        Found = items.Count,
        Items = items,
        Refused = [],
        Files = new Dictionary<string, string>(),
        IgnoredEntries = 0,
    };
}
