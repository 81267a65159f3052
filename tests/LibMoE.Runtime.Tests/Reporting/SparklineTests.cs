using LibMoE.Runtime.Reporting;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class SparklineTests
{
    [Theory]
    [InlineData("▁▂▃▄▅▆▇█", 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)]
    [InlineData("█▁", 5.0, -5.0)]
    [InlineData("▁▁▁", 2.0, 2.0, 2.0)]
    [InlineData("▁█", 1.0, double.NaN, 2.0, double.PositiveInfinity)]
    [InlineData("")]
    public void The_lowest_value_is_the_lowest_bar(string curve, params double[] values) =>
        Assert.Equal(curve, Sparkline.Of(values, 10, unicode: true));

    [Fact]
    public void More_values_than_bars_are_averaged() =>
        Assert.Equal("▁█", Sparkline.Of([0, 2, 8, 9], 2, unicode: true));

    [Fact]
    public void A_plain_screen_gets_plain_bars() => Assert.Equal("_#", Sparkline.Of([0, 1], 5, unicode: false));

    [Fact]
    public void Loads_are_listed_block_by_block()
    {
        var none = new Dictionary<string, double>();

        Assert.Equal(
            "expert load by block, max/mean 3.00 – 1.00; dead 1 – 0",
            LoadLine.Of(At([new([6, 0, 1, 1], none), new(null, none), new([2, 2], none)])));
        Assert.Null(LoadLine.Of(At([new(null, none)])));
        Assert.Null(LoadLine.Of(At([])));

        static TrainingProgress At(IReadOnlyList<BlockProgress> blocks) => new(1, 2, 1, 0, 1e-3, 1, null, null, TimeSpan.Zero, blocks);
    }
}
