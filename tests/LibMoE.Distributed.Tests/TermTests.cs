namespace LibMoE.Distributed.Tests;

/// <summary>Terms of the whole batch.</summary>
public sealed class TermTests
{
    [SkippableTheory]
    [InlineData(Engines.Gloo, 3)]
    [InlineData(Engines.OpenMpi, 2)]
    public async Task A_term_of_the_batch_is_that_of_one_process_with_its_gradient(Engines engine, int ranks)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, ranks, null, "terms");

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        Assert.DoesNotContain("WRONG", ended.Output, StringComparison.Ordinal);
        Assert.Equal(10 * ranks, ended.Output.Split("right").Length - 1);
    }
}
