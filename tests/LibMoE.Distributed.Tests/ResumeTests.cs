namespace LibMoE.Distributed.Tests;

/// <summary>A run folder belongs to no number of ranks.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Ranks_stop_together_where_one_is_asked_to_and_any_number_of_them_goes_on()
    {
        Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

        var begun = await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "7");
        var continued = await Job.Run(Engines.Gloo, 4, null, "resume", _folder, "13");
        var ended = await Job.Run(Engines.Gloo, 1, null, "resume", _folder, "99");
        var alone = await Job.Run(Engines.Gloo, 2, null, "resume", Path.Combine(_folder, "alone"), "99");

        Assert.All(
            new[] { begun, continued, ended, alone },
            job => Assert.All(job.ExitCodes, code => Assert.True(code == 0, job.Errors)));
        Assert.Equal(["rank 0 stopped", "rank 1 stopped"], Lines(begun));
        Assert.Equal(4, Lines(continued).Count(line => line.EndsWith("stopped", StringComparison.Ordinal)));
        Assert.Equal(Loss(alone, 0), Loss(alone, 1));
        Assert.Equal(Loss(alone, 0), Loss(ended, 0), 5e-6);
    }

    [SkippableFact, Trait("Category", "Campaign")]
    public async Task Resumed_at_the_same_number_of_ranks_a_run_ends_with_the_same_bits()
    {
        Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

        await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "7");
        var continued = await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "99");
        var alone = await Job.Run(Engines.Gloo, 2, null, "resume", Path.Combine(_folder, "alone"), "99");

        Assert.Equal(Loss(alone, 0), Loss(continued, 0));
        Assert.Equal(Weights(Path.Combine(_folder, "alone")), Weights(_folder));
    }

    private static string[] Lines(Ended ended) =>
        [.. ended.Output.Split('\n').Where(line => line.StartsWith("rank ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static double Loss(Ended ended, int rank)
    {
        var start = $"rank {rank} loss ";
        var line = Lines(ended).Single(line => line.StartsWith(start, StringComparison.Ordinal));
        return double.Parse(line[start.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Weights(string folder) =>
        File.ReadAllBytes(Path.Combine(folder, TrainingStorage.CheckpointFolder, $"step-{Workers.Subject.Steps}", "model.safetensors"));
}
