namespace LibMoE.Runtime.Tests;

public sealed class SteadyGrowthTests
{
    [Fact]
    public void A_leak_is_found_among_jumps_and_drops() => Assert.Equal(6 * 10, SteadyGrowth.Of([100, 110, 120, 90, 100, 170, 180]));

    [Fact]
    public void Jumps_alone_are_none() => Assert.Equal(0, SteadyGrowth.Of([100, 100, 150, 150, 150, 170, 170]));
}
