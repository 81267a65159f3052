using LibMoE.Runtime;

namespace LibMoE.Tests.Reporting;

public sealed class ComparisonTests
{
    [Fact]
    public void A_constant_difference_has_no_error_however_much_sequences_differ()
    {
        var comparison = Comparison.Of([Run.Of("A", 0, [0.5, 8.5, 2.5])], [Run.Of("Dense", 0, [1.0, 9.0, 3.0])])!;

        Assert.Equal(-0.5, comparison.Difference, 1e-12);
        Assert.Equal(0, comparison.StandardError, 1e-12);
        Assert.True(comparison.IsBetter);
    }

    [Fact]
    public void With_one_seed_the_error_is_that_of_the_mean_difference_over_sequences()
    {
        // Differences 0, 2, 4: mean 2, variance 4, error √(4/3).
        var comparison = Comparison.Of([Run.Of("A", 0, [1, 3, 5])], [Run.Of("Dense", 0, [1, 1, 1])])!;

        Assert.Equal(2, comparison.Difference, 1e-12);
        Assert.Equal(Math.Sqrt(4.0 / 3), comparison.StandardError, 1e-12);
        Assert.False(comparison.IsBetter || comparison.IsWorse);
    }

    [Fact]
    public void With_several_seeds_their_spread_is_added()
    {
        // Differences 1, 3 with the first seed and 3, 5 with the second: over sequences 2, 4 (error 1), over seeds 2, 4 (error 1).
        var comparison = Comparison.Of(
            [Run.Of("A", 0, [1, 3]), Run.Of("A", 1, [3, 5])],
            [Run.Of("Dense", 1, [0, 0]), Run.Of("Dense", 0, [0, 0])])!;

        Assert.Equal(3, comparison.Difference, 1e-12);
        Assert.Equal(Math.Sqrt(2), comparison.StandardError, 1e-12);
        Assert.True(comparison.IsWorse);
    }

    [Fact]
    public void Only_seeds_that_both_finished_are_compared()
    {
        Assert.Null(Comparison.Of([Run.Of("A", 0, [1])], [Run.Of("Dense", 1, [1])]));
        Assert.Equal(-1, Comparison.Of([Run.Of("A", 0, [9]), Run.Of("A", 1, [1])], [Run.Of("Dense", 1, [2])])!.Difference, 1e-12);
    }
}
