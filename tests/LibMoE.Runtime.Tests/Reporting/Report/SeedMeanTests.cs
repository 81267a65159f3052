using LibMoE.Runtime;

namespace LibMoE.Tests.Reporting;

public sealed class SeedMeanTests
{
    [Fact]
    public void One_seed_has_its_own_error() => Assert.Equal(new SeedMean(2, 0.3), SeedMean.Of([new PairedDifference(2, 0.3)]));

    [Fact]
    public void Seeds_that_agree_share_their_error()
    {
        var mean = SeedMean.Of([new PairedDifference(2, 0.3), new PairedDifference(2, 0.4)]);

        Assert.Equal((2, 0.25), (mean.Mean, Math.Round(mean.StandardError, 12)));
    }

    [Fact]
    public void Seeds_that_differ_have_the_error_of_their_spread()
    {
        var mean = SeedMean.Of([new PairedDifference(1, 0.1), new PairedDifference(2, 0.1), new PairedDifference(3, 0.1)]);

        Assert.Equal((2, Math.Round(1 / Math.Sqrt(3), 12)), (mean.Mean, Math.Round(mean.StandardError, 12)));
    }
}
