namespace LibMoE.Distributed.Tests;

/// <summary>The collectives of every engine.</summary>
public sealed class CollectiveTests
{
    [SkippableTheory]
    [InlineData(Engines.Gloo, 2, false)]
    [InlineData(Engines.Gloo, 3, true)]
    [InlineData(Engines.OpenMpi, 2, true)]
    [InlineData(Engines.Mpich, 2, true)]
    public async Task Every_collective_gives_known_results_on_every_rank(Engines engine, int ranks, bool check)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, ranks, new RankOptions { Check = check, JoinSeconds = 60, LimitSeconds = 60 }, "collectives");

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        Assert.DoesNotContain("WRONG", ended.Output, StringComparison.Ordinal);
        Assert.Equal(10 * ranks, ended.Output.Split("right").Length - 1);
    }
}
