namespace LibMoE.Distributed.Tests;

/// <summary>What one rank does for all, and what the first decides.</summary>
public sealed class TogetherTests
{
    [SkippableTheory]
    [InlineData(Engines.Gloo)]
    [InlineData(Engines.OpenMpi)]
    public async Task Ranks_wait_for_slow_work_learn_of_its_failure_and_take_the_firsts_number(Engines engine)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, 2, new RankOptions { JoinSeconds = 60, LimitSeconds = 5 }, "together");

        Job.AssertDone(ended);
        // A launcher of MPI may put lines of several ranks into one.
        Assert.All(
            [
                "rank 0 all True, then False", "rank 0 the first says 0.5", "rank 0 the first's own trouble", "rank 0 worked 1 times",
                "rank 1 rank 0 could not save step 5; what was saved before is valid", "rank 1 the first says 0.5",
                "rank 1 the last's own trouble", "rank 1 worked 0 times",
            ],
            (string line) => Assert.Contains(line, ended.Output, StringComparison.Ordinal));
    }
}
