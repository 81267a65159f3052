namespace LibMoE.Runtime.Tests.Studies.Search;

/// <summary>The schedule by hand, and that it keeps its budget.</summary>
public sealed class SuccessiveHalvingTests
{
    [Fact]
    public void Each_rung_has_a_third_of_the_trials_and_three_times_the_steps() => Assert.Equal(
        [new SearchRung(27, 10), new SearchRung(9, 30), new SearchRung(3, 90)], SuccessiveHalving.Rungs(9, 3, 90, 10));

    [Fact]
    public void The_first_trials_have_no_fewer_steps_than_are_worth_it() => Assert.Equal(
        [new SearchRung(60, 20), new SearchRung(20, 60)], SuccessiveHalving.Rungs(40, 3, 60, 10));

    [Theory]
    [InlineData(40, 0, 60, 1)]
    [InlineData(1, 3, 60, 1)]
    [InlineData(40, 3, 60, 30)]
    public void Where_nothing_can_be_divided_there_is_one_rung(int budget, int eta, int steps, int least) =>
        Assert.Equal([new SearchRung(budget, steps)], SuccessiveHalving.Rungs(budget, eta, steps, least));

    [Fact]
    public void It_spends_no_more_than_its_budget()
    {
        foreach (var (budget, eta, steps) in from budget in Enumerable.Range(1, 50)
                                             from eta in Enumerable.Range(2, 5)
                                             from steps in (int[])[7, 60, 1000]
                                             select (budget, eta, steps))
        {
            var rungs = SuccessiveHalving.Rungs(budget, eta, steps, 1);
            Assert.InRange(rungs.Sum(rung => (long)rung.Trials * rung.Steps), 1, (long)budget * steps);
            Assert.Equal(steps, rungs[^1].Steps);
            Assert.All(rungs, rung => Assert.True(rung.Trials >= 1));
        }
    }
}
