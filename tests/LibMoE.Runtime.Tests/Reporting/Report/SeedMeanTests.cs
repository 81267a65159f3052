using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Runtime.Tests.Reporting.Report;

public sealed class SeedMeanTests
{
    [Fact]
    public void One_seed_has_its_own_error_and_does_not_cover_others()
    {
        var mean = SeedMean.Of([new PairedDifference(2, 0.3)]);

        Assert.Equal((2, 0.3, false), (mean.Mean, mean.StdErr, mean.CoversSeeds));
        Assert.Equal(1.959964 * 0.3, mean.Reach(), 1e-6);
    }

    [Fact]
    public void Seeds_on_the_same_items_do_not_make_the_items_error_smaller() =>
        Assert.Equal(0.35, SeedMean.Of([new PairedDifference(2, 0.3), new PairedDifference(2, 0.4)]).StdErr, 12);

    [Fact]
    public void Seeds_that_differ_add_the_error_of_their_spread_with_its_degrees_of_freedom()
    {
        var mean = SeedMean.Of([new PairedDifference(1, 0.1), new PairedDifference(2, 0.1), new PairedDifference(3, 0.1)]);

        Assert.Equal(Math.Sqrt(0.01 + 1.0 / 3), mean.StdErr, 12);
        Assert.Equal(2, mean.Freedom);
        Assert.Equal(4.302653 * mean.StdErr, mean.Reach(), 1e-5);
    }
}
