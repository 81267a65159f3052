using LibMoE.Distributed.Tests.Workers;
using LibMoE.Runtime.Kernels.Experts;

namespace LibMoE.Distributed.Tests;

/// <summary>Experts that ranks share.</summary>
public sealed class SharedExpertsTests
{
    [SkippableTheory]
    [InlineData(Engines.Gloo, 2, 2)]
    [InlineData(Engines.OpenMpi, 3, 3)]
    [InlineData(Engines.Gloo, 4, 4)]
    public async Task A_layer_gives_what_a_whole_one_gives_also_where_a_rank_has_no_rows_or_no_tokens(
        Engines engine, int ranks, int experts)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, ranks, new RankOptions { JoinSeconds = 60, LimitSeconds = 60, Experts = experts }, "rows");

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        Assert.DoesNotContain("WRONG", ended.Output, StringComparison.Ordinal);
        Assert.Equal(20 * ranks, ended.Output.Split("right").Length - 1);
    }

    [Theory]
    [InlineData(66, 4, new[] { 16, 17, 16, 17 })]
    [InlineData(6, 4, new[] { 1, 2, 1, 2 })]
    [InlineData(8, 2, new[] { 4, 4 })]
    [InlineData(5, 3, new[] { 1, 2, 2 })]
    public void Ranges_follow_each_other_and_differ_by_one_at_most(int experts, int ranks, int[] counts)
    {
        var slices = Enumerable.Range(0, ranks).Select(rank => ExpertSlice.Of(experts, rank, ranks)).ToList();

        Assert.Equal(counts, slices.Select(slice => slice.Count));
        Assert.Equal(slices.Select((_, rank) => counts.Take(rank).Sum()), slices.Select(slice => slice.First));
    }

    [Fact]
    public void In_one_process_a_layer_has_no_placement_and_no_slices()
    {
        using var layer = SwitchMoe.Create(new MoeShape(16));

        Assert.Empty(layer.Slices);
        Assert.Same(ExpertRanks.Unshared, layer.Shape.Experts);
        Assert.False(ExpertRanks.Unshared.AreShared);
    }

    [Theory]
    [InlineData(6, 2, null)]
    [InlineData(6, 4, "Ranks:Experts is 4; it must divide the number of ranks, which is 6.")]
    public void Ranks_are_groups_of_one_size(int ranks, int share, string? problem) =>
        Assert.Equal(problem, ExpertRanks.Problem(share, ranks));

    [Fact]
    public void What_ranks_cannot_share_is_refused_by_name()
    {
        Assert.Empty(LibMoE.Runtime.Layers.ExpertSharing.Problems(MoeVariant.Of<GroupsMoe>().Declaration, 5));
        Assert.Equal(
            ["GroupsMoe: 6 ranks cannot share 5 Gelu experts, of which each takes one at least; set Ranks:Experts to at most that."],
            LibMoE.Runtime.Layers.ExpertSharing.Problems(MoeVariant.Of<GroupsMoe>().Declaration, 6));
        Assert.Equal(
            ["OwnMoe: experts of a kind of your own (OwnExpert) are modules, which ranks do not share; set Ranks:Experts to 1."],
            LibMoE.Runtime.Layers.ExpertSharing.Problems(MoeVariant.Of<OwnMoe>().Declaration, 2));
    }
}
