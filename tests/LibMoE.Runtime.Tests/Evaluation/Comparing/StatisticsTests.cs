using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Evaluation.Comparing;

/// <summary>Tests against printed tables and closed forms.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(1, 9, 0.021484375)]
    [InlineData(10, 1, 0.01171875)]
    public void McNemars_p_is_the_binomials_two_tails(int first, int second, double p) =>
        Assert.Equal(p, McNemar.PValue(first, second), 12);

    [Fact]
    public void McNemars_p_neither_over_nor_underflows()
    {
        Assert.InRange(McNemar.PValue(20_000, 20_100), 0.6, 0.65);
        Assert.InRange(McNemar.PValue(20_000, 22_000), 0, 1e-20);
    }

    [Theory]
    [InlineData(0.05, 1, 12.7062)]
    [InlineData(0.05, 2, 4.3027)]
    [InlineData(0.05, 10, 2.2281)]
    [InlineData(0.01, 5, 4.0321)]
    [InlineData(0.05, 120, 1.9799)]
    public void Students_quantiles_are_those_of_printed_tables(double p, int freedom, double t)
    {
        Assert.Equal(t, StudentT.Quantile(p, freedom), 4);
        Assert.Equal(p, StudentT.PValue(t, freedom), 5);
    }

    [Fact]
    public void With_one_degree_of_freedom_students_tails_are_cauchys() =>
        Assert.Equal(1 - (2 / Math.PI * Math.Atan(3)), StudentT.PValue(3, 1), 12);
}
