using Recommendation;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>Whether a session has more than three areas is asked of two of its areas, never of how many were given.</summary>
public sealed class TaskVisitTests
{
    private static readonly int[][] Sessions = [[0], [1, 2], [0, 1, 2], [0, 1, 2, 3], [4, 3, 2, 1, 0]];

    private static readonly WebVisits Visits = new(
        ["a", "b", "c", "d", "e"], Sessions,
        [
            new Question("given 2", [0, 1], new HashSet<int> { 2 }),
            new Question("all but 1", [0, 1, 2], new HashSet<int> { 3 }),
            new Question("given 2", [3, 4], new HashSet<int> { 0, 1 }),
        ]);

    [Fact]
    public void Two_areas_of_sessions_of_three_or_more_are_given_in_training_and_in_the_test()
    {
        var tasks = new TaskVisits(Visits);
        var drawn = Enumerable.Range(0, 300).Select(position => tasks.Draw(seed: 7, position)).ToList();

        Assert.All(drawn, visitor =>
        {
            Assert.Equal(TaskVisits.Given, visitor.Given.Distinct().Count());
            Assert.Subset(visitor.All.ToHashSet(), visitor.Given.ToHashSet());
        });
        Assert.Equal([3, 4, 5], drawn.Select(visitor => visitor.All.Count).Distinct().Order());
        Assert.Equal(10, drawn.Where(visitor => visitor.All.Count == 5).Select(visitor => visitor.Given.Order().Sum(area => 1 << area))
            .Distinct().Count());
        Assert.All(tasks.Test, question => Assert.Equal(TaskVisits.Given, question.Given.Count));
    }

    [Fact]
    public void What_is_asked_is_whether_given_and_hidden_areas_together_are_more_than_three()
    {
        Assert.Equal([false, true], new TaskVisits(Visits).Test.Select(TaskVisits.IsLonger));
        Assert.Equal([false, true], new[] { 3, 4 }.Select(TaskVisits.IsLonger));
    }

    [Fact]
    public void A_drawing_follows_from_seed_and_position()
    {
        var (one, other) = (new TaskVisits(Visits), new TaskVisits(Visits));

        Assert.Equal(one.Draw(1, 5).Given, other.Draw(1, 5).Given);
        Assert.NotEqual(
            Enumerable.Range(0, 20).SelectMany(position => one.Draw(1, position).Given),
            Enumerable.Range(0, 20).SelectMany(position => one.Draw(2, position).Given));
    }

    [Fact]
    public void Logistic_regression_gets_one_row_of_two_areas_for_each_session()
    {
        var tasks = new TaskVisits(Visits);

        var table = tasks.Of(tasks.Test);

        Assert.Equal((3, 2), (table.Train.Count, table.Test.Count));
        Assert.Equal([0, 1, 1], table.Train.Labels);
        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0, 1, 1], table.Test.Values.ToArray());
        Assert.All(table.Train.Values.ToArray().Chunk(5), row => Assert.Equal(TaskVisits.Given, row.Sum()));
    }
}
