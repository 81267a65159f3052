namespace LibMoE.Distributed.Tests;

/// <summary>What a program's parts decide for several ranks without any process.</summary>
public sealed class SharingTests
{
    [Theory]
    [InlineData(8, null, null, 8)]
    [InlineData(8, "2", null, 2)]
    [InlineData(2, "16", null, 2)]
    [InlineData(8, null, 4, 2)]
    [InlineData(2, null, 4, 1)]
    [InlineData(8, "", 2, 4)]
    public void Threads_are_what_the_scheduler_gave_or_a_share_of_the_processors(
        int processors, string? ofTask, int? localRanks, int threads) =>
        Assert.Equal(threads, LibMoE.Runtime.Common.ProcessorShare.Of(processors, ofTask, localRanks));

    [Theory]
    [InlineData("", new int[0])]
    [InlineData("4", new[] { 4 })]
    [InlineData("0-2,5,7-8", new[] { 0, 1, 2, 5, 7, 8 })]
    public void Missing_cells_are_written_as_a_scheduler_takes_them(string text, int[] indices) =>
        Assert.Equal(text, LibMoE.Runtime.Hosting.Studies.IndexRanges.Of(indices));

    [Fact]
    public void A_micro_batchs_noise_depends_on_seed_step_and_number_alone()
    {
        var seeds = Enumerable.Range(0, 4).SelectMany(seed => Enumerable.Range(0, 4).SelectMany(step => Enumerable.Range(0, 4)
            .Select(part => LibMoE.Runtime.Training.BatchParts.NoiseSeed(seed, step, part)))).ToList();

        Assert.Equal(64, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.True(seed >= 0));
        Assert.Equal(seeds[^1], LibMoE.Runtime.Training.BatchParts.NoiseSeed(3, 3, 3));
    }
}
