namespace LibMoE.Distributed.Tests;

/// <summary>A rank that fails ends the job in time, with one sentence that names who waited, for which collective, of which step.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly string _status = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_status, recursive: true);

    [SkippableTheory]
    [InlineData(Engines.Gloo, "kill")]
    [InlineData(Engines.Gloo, "hang")]
    public Task The_other_of_a_rank_that_is_gone_or_hangs_ends_with_75_and_names_the_collective(Engines engine, string fault) =>
        AssertEnds(engine, fault);

    [SkippableTheory, Trait("Category", "Campaign")]
    [InlineData(Engines.Gloo, "leave")]
    [InlineData(Engines.Gloo, "throw")]
    public Task So_does_that_of_one_that_leaves_or_throws(Engines engine, string fault) => AssertEnds(engine, fault);

    private async Task AssertEnds(Engines engine, string fault)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Fail(engine, fault, check: false);

        Assert.Equal(75, ended.ExitCodes[0]);
        Assert.Contains(
            "error: rank 0 of 2 could not do collective 6 (gradients of step 3) with the others", ended.Errors, StringComparison.Ordinal);
        Assert.Matches(@"rank 1 \d+ s ago: computing after collective 5\.", ended.Errors);
        Assert.DoesNotContain("rank 0 came to its end", ended.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Engines.OpenMpi)]
    public async Task A_rank_that_hangs_ends_an_mpi_job_when_the_limit_is_over(Engines engine)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Fail(engine, "hang", check: false);

        Assert.Equal([75], ended.ExitCodes);
        Assert.Contains(
            "error: rank 0 of 2 waited 10 s in collective 6 (gradients of step 3); not all ranks came to it. rank 1",
            ended.Output + ended.Errors, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Engines.OpenMpi, "kill")]
    public async Task An_mpi_launcher_ends_the_job_of_a_rank_that_is_gone(Engines engine, string fault)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Fail(engine, fault, check: false);

        Assert.NotEqual([0], ended.ExitCodes);
        Assert.DoesNotContain("rank 0 came to its end", ended.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Engines.Gloo, "kind")]
    [InlineData(Engines.OpenMpi, "count")]
    [InlineData(Engines.Mpich, "kind")]
    public async Task Ranks_that_are_checked_do_not_do_different_things(Engines engine, string fault)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Fail(engine, fault, check: true);

        Assert.All(ended.ExitCodes, code => Assert.Equal(75, code));
        Assert.Matches(
            engine == Engines.Gloo
                ? @"Detected mismatch between collectives on ranks"
                : @"error: The ranks do not do the same: rank 0 does collective 6, sum of 4096 numbers \(gradients of step 3\); rank 1",
            ended.Output + ended.Errors);
    }

    /// <summary>A rank that is gone while the other waits for what its experts get.</summary>
    [SkippableTheory]
    [InlineData(Engines.Gloo, @"error: rank 0 of 2 could not do collective \d+ ")]
    [InlineData(Engines.OpenMpi, @"error: rank 0 of 2 waited 10 s in collective \d+ ")]
    public async Task The_exchange_of_rows_is_named_with_its_layer(Engines engine, string sentence)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var options = new RankOptions { JoinSeconds = 60, LimitSeconds = 10, StatusFolder = _status, Experts = 2 };
        var ended = await Job.Run(engine, 2, options, "experts", engine == Engines.Gloo ? "kill" : "hang");

        Assert.Equal(75, ended.ExitCodes[0]);
        Assert.Matches(sentence + @"\(numbers of rows for the experts of layers\.0\)", ended.Output + ended.Errors);
    }

    [SkippableFact]
    public async Task A_rank_that_waits_for_others_that_never_come_says_so()
    {
        Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

        var ended = await Job.Run(
            Engines.Gloo, 2, new RankOptions { JoinSeconds = 3 }, 1, "collectives");

        Assert.Equal([75], ended.ExitCodes);
        Assert.Matches(@"error: rank 0 of 2 could not join the others at 127\.0\.0\.1:\d+: .*1/2 clients joined", ended.Errors);
    }

    private Task<Ended> Fail(Engines engine, string fault, bool check) => Job.Run(
        engine, 2, new RankOptions { JoinSeconds = 60, LimitSeconds = 10, Check = check, StatusFolder = _status }, "fault", fault);
}
