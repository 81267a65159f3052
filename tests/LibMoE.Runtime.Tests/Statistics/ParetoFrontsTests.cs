using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Fronts and crowding by hand.</summary>
public sealed class ParetoFrontsTests
{
    private static readonly (double, double)[] Points = [(1, 5), (2, 3), (4, 1), (2, 6), (4, 3), (5, 5)];

    [Fact]
    public void A_front_holds_what_only_earlier_fronts_dominate() =>
        Assert.Equal([[0, 1, 2], [3, 4], [5]], ParetoFronts.Of(Points).Select(front => front.Order().ToList()));

    [Fact]
    public void Equal_points_do_not_dominate_each_other() => Assert.Equal([[0, 1]], ParetoFronts.Of([(1, 1), (1, 1)]));

    [Fact]
    public void Crowding_adds_the_gaps_of_the_neighbours_in_both_aims() => Assert.Equal(
        [double.PositiveInfinity, (4.0 - 1) / 9 + (8.0 - 2) / 7, (10.0 - 2) / 9 + (5.0 - 1) / 7, double.PositiveInfinity],
        ParetoFronts.Crowding([(1, 8), (2, 5), (4, 2), (10, 1)]));

    [Fact]
    public void Where_all_are_equal_nobody_is_lonely_but_the_ends() =>
        Assert.Equal([double.PositiveInfinity, 0, double.PositiveInfinity], ParetoFronts.Crowding([(1, 1), (1, 1), (1, 1)]));

    [Fact]
    public void The_order_is_by_front_and_then_by_crowding()
    {
        var order = ParetoFronts.Order([(1, 8), (2, 5), (4, 2), (10, 1), (11, 9)]);

        Assert.Equal([0, 3], order.Take(2).Order());
        Assert.Equal([2, 1, 4], order.Skip(2));
    }

    [Fact]
    public void A_failed_trial_comes_last() =>
        Assert.Equal(2, ParetoFronts.Order([(1, 2), (2, 1), (double.PositiveInfinity, 1)])[^1]);
}
