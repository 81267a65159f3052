namespace LibMoE.Runtime.Tests.Studies.Search;

/// <summary>Every strategy: repeatable, none twice, within its budget; and each finds what it is for.</summary>
public sealed class SearchStrategyTests
{
    /// <summary>Three axes of six values; the loss is a bowl with one lowest member, FLOPs fall along the first axis.</summary>
    private static readonly SearchSpace Bowl = new(
    [
        .. from x in Enumerable.Range(0, 6)
           from y in Enumerable.Range(0, 6)
           from z in Enumerable.Range(0, 6)
           select new Dictionary<string, string> { ["x"] = $"{x}", ["y"] = $"{y}", ["z"] = $"{z}" },
    ]);

    public static TheoryData<string> Names => [.. SearchStrategy.All.Select(strategy => strategy.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_makes_the_same_trials_and_another_others(string name)
    {
        Assert.Equal(Trials(name, 40, seed: 3), Trials(name, 40, seed: 3));
        Assert.NotEqual(Trials(name, 40, seed: 3), Trials(name, 40, seed: 4));
        Assert.Equal(Trials(name, 10, seed: 3), Trials(name, 40, seed: 3).Take(10));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_tried_twice_and_a_budget_above_the_space_ends_with_it(string name)
    {
        Assert.Equal(40, Trials(name, 40, seed: 1).Distinct().Count());
        Assert.InRange(Trials(name, 10_000, seed: 1).Count, Bowl.Count / 2, Bowl.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_are_asked_for_only_where_they_are_known(string name)
    {
        var known = new HashSet<int>();
        foreach (var member in SearchStrategy.Find(name)!.Trials(Bowl, 60, new Random(2), Known))
        {
            known.Add(member);
        }

        SearchScore Known(int member)
        {
            Assert.Contains(member, known);
            return Score(member);
        }
    }

    [Theory]
    [InlineData("evolution")]
    [InlineData("coordinate")]
    public void In_a_bowl_it_needs_fewer_trials_than_random_search(string name)
    {
        Assert.True(TrialsToBest(name) < 0.6 * TrialsToBest("random"));

        static double TrialsToBest(string strategy) =>
            Enumerable.Range(0, 100).Average(seed => Trials(strategy, 216, seed).IndexOf(Lowest) is var place and >= 0 ? place : 216);
    }

    [Fact]
    public void Nsga2_covers_more_of_the_front_than_random_search()
    {
        var difference = PairedDifference.Of(Volumes("nsga2"), Volumes("random"));

        Assert.True(difference.Mean > 4 * difference.StandardError, $"{difference.Mean} ± {difference.StandardError}");

        static double[] Volumes(string strategy) => [.. Enumerable.Range(0, 200).Select(seed => Hypervolume.Of(
            Trials(strategy, 40, seed).Select(Score).Select(score => (score.Loss, score.Flops)), (30, 7)))];
    }

    [Fact]
    public void Trials_go_on_by_loss_and_those_of_nsga2_by_their_front()
    {
        SearchScore[] scores = [new(2, 9), new(1, 10), new(4, 1), new(5, 11)];

        Assert.Equal([1, 0, 2, 3], SearchStrategy.Find("evolution")!.Order(scores));
        Assert.Equal(3, SearchStrategy.Find("NSGA2")!.Order(scores)[^1]);
        Assert.Equal([1, 2], SearchStrategy.Find("nsga2")!.Order(scores).Take(2).Order());
    }

    private static readonly int Lowest = Enumerable.Range(0, Bowl.Count).MinBy(member => Score(member).Loss);

    private static List<int> Trials(string name, int budget, int seed) =>
        [.. SearchStrategy.Find(name)!.Trials(Bowl, budget, new Random(seed), Score)];

    private static SearchScore Score(int member)
    {
        var (x, y, z) = (member / 36, member / 6 % 6, member % 6);
        return new SearchScore((x - 4) * (x - 4) + (y - 2) * (y - 2) + (z - 3) * (z - 3), 1 + x);
    }
}
