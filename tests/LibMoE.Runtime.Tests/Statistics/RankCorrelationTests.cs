namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Spearman's ρ by hand, with ties, and its interval.</summary>
public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 10, 200, 3000 }, 1)]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 9, 1, -5 }, -1)]
    public void An_order_agrees_with_itself_whatever_the_scale(double[] one, double[] other, double rho) =>
        Assert.Equal(rho, RankCorrelation.Spearman(one, other), 15);

    [Fact]
    public void Without_ties_it_is_one_minus_six_times_the_squared_differences_of_ranks()
    {
        // d = (0, 1, −1, 1, −1), Σd² = 4: ρ = 1 − 6·4/(5·24) = 0.8.
        Assert.Equal(0.8, RankCorrelation.Spearman([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]), 15);
    }

    [Fact]
    public void Equal_values_share_the_mean_of_their_ranks()
    {
        // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4, mean 2.5: products 2.25, 0, 0, 2.25; squares 2.25, 0, 0, 2.25 and 2.25, 0.25, 0.25, 2.25.
        // ρ = 4.5/√(4.5·5) = √0.9. The formula of differences would say 1 − 6·0.5/60 = 0.95.
        Assert.Equal(Math.Sqrt(0.9), RankCorrelation.Spearman([7, 8, 8, 9], [0, 2, 1, 3]), 15);
    }

    [Fact]
    public void Where_all_values_are_equal_there_is_no_order() =>
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 1, 1], [1, 2, 3])));

    [Fact]
    public void Lists_of_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2, 3], [1, 2]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1], [2]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Interval([1, 2], [1, 2, 3]));
    }

    [Fact]
    public void The_interval_is_agreement_where_all_agree_and_covers_zero_where_one_says_nothing_of_the_other()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(place => (double)place)];
        double[] others = [.. values.Select(value => 17 * value % 61)];

        Assert.Equal((1.0, 1.0), Rounded(RankCorrelation.Interval(values, [.. values.Select(value => value * value)])));
        var (low, high) = RankCorrelation.Interval(values, others);
        Assert.InRange(low, -0.6, 0);
        Assert.InRange(high, 0, 0.6);

        // For independent ranks ρ has a standard error of 1/√(n − 1) (Kendall 1948): 2·1.96/√59 = 0.51 from end to end.
        Assert.InRange(high - low, 0.35, 0.7);
        Assert.Equal((low, high), RankCorrelation.Interval(values, others));

        static (double, double) Rounded((double Low, double High) ends) => (Math.Round(ends.Low, 12), Math.Round(ends.High, 12));
    }
}
