namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>How differences read.</summary>
public sealed class PairedDifferenceTests
{
    [Theory]
    [InlineData(0.0215, 2, "+0.02 ± 0.25")]
    [InlineData(-1.5, 3, "−1.500 ± 0.250")]
    [InlineData(0, 1, "+0.0 ± 0.2")]
    public void A_difference_reads_with_its_sign_and_its_standard_error(double mean, int decimals, string text) =>
        Assert.Equal(text, new PairedDifference(mean, 0.2499).Text(decimals));

    /// <summary>Differences 1, 2 and 3 have s/√3 = 0.57735, and t of two degrees of freedom is 4.30265 in any table.</summary>
    [Fact]
    public void An_interval_is_that_of_students_t_and_nothing_is_known_of_one_pair()
    {
        Assert.Equal("[−0.484, +4.484]", PairedDifference.Of([2, 4, 6], [1, 2, 3]).Interval(pairs: 3, decimals: 3));
        Assert.Equal("", PairedDifference.Of([2], [1]).Interval(pairs: 1, decimals: 3));
    }

    [Fact]
    public void Of_one_seed_there_is_no_error() => Assert.Equal(
        ["+0.50 (one seed)", "+0.50 ± 0.25"],
        [new PairedDifference(0.5, 0).Text(decimals: 2, seeds: 1), new PairedDifference(0.5, 0.25).Text(decimals: 2, seeds: 3)]);

    [Fact]
    public void A_difference_that_is_rounded_to_nothing_has_one_sign() =>
        Assert.Equal(["−0.0000", "+0.0000"], [PairedDifference.Signed(-1e-6, decimals: 4), PairedDifference.Signed(1e-6, decimals: 4)]);

    [Fact]
    public void The_interval_reaches_as_far_as_Student_s_t_of_so_many_pairs_has_it()
    {
        // Quantiles of .975 from the tables: 12.7062 with one degree of freedom, 2.7764 with four.
        var difference = new PairedDifference(1, 0.2);
        Assert.Equal(12.7062047 * 0.2, difference.HalfWidth(pairs: 2), 1e-6);
        Assert.Equal(2.7764451 * 0.2, difference.HalfWidth(pairs: 5), 1e-6);
        Assert.Equal(double.NaN, difference.HalfWidth(pairs: 1));
    }
}
