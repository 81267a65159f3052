namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>The dominated area by hand, and against counting a grid.</summary>
public sealed class HypervolumeTests
{
    [Fact]
    public void It_is_the_area_of_the_union_of_rectangles()
    {
        Assert.Equal(6, Hypervolume.Of([(1, 2)], (3, 5)));
        Assert.Equal(6 + 1, Hypervolume.Of([(1, 2), (2, 1), (2.5, 4)], (3, 5)));
        Assert.Equal(0, Hypervolume.Of([(4, 0), (0, 6)], (3, 5)));
        Assert.Equal(0, Hypervolume.Of([], (3, 5)));
    }

    [Fact]
    public void The_front_is_what_nothing_else_is_better_than() =>
        Assert.Equal([(1, 4), (2, 2), (5, 1)], Hypervolume.Front([(5, 1), (2, 2), (3, 3), (1, 4), (2, 3), (5, 1)]));

    [Fact]
    public void It_agrees_with_counting_the_cells_of_a_grid()
    {
        var random = new Random(8);
        List<(double First, double Second)> points =
            [.. Enumerable.Range(0, 12).Select(_ => ((double)random.Next(20), (double)random.Next(20)))];
        var counted = Enumerable.Range(0, 18 * 18).Count(cell =>
            points.Exists(point => point.First <= cell / 18 && point.Second <= cell % 18));

        Assert.Equal(counted, Hypervolume.Of(points, (18, 18)));
    }
}
