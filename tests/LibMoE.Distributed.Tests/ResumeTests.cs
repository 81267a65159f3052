namespace LibMoE.Distributed.Tests;

/// <summary>A run folder belongs to no number of ranks.</summary>
[Collection(UnbrokenRun.Name)]
public sealed class ResumeTests(UnbrokenRun unbroken) : IDisposable
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

        Job.AssertDone(begun, continued, ended, unbroken.Ended);
        Assert.Equal(["rank 0 from step 0", "rank 0 stopped", "rank 1 from step 0", "rank 1 stopped"], Lines(begun));
        Assert.Equal(4, Lines(continued).Count(line => line.EndsWith("stopped", StringComparison.Ordinal)));
        AssertFrom(8, 4, continued);
        AssertFrom(14, 1, ended);
        AssertFrom(0, 2, unbroken.Ended);
        Assert.Equal(Loss(unbroken.Ended, 0), Loss(unbroken.Ended, 1));
        Assert.Equal(Loss(unbroken.Ended, 0), Loss(ended, 0), 5e-6);
    }

    [SkippableFact, Trait("Category", "Campaign")]
    public async Task Resumed_at_the_same_number_of_ranks_a_run_ends_with_the_same_bits()
    {
        Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

        await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "7");
        var continued = await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "99");

        Job.AssertDone(continued, unbroken.Ended);
        AssertFrom(8, 2, continued);
        Assert.Equal(Loss(unbroken.Ended, 0), Loss(continued, 0));
        Assert.Equal(Weights(unbroken.Folder), Weights(_folder));
    }

    /// <summary>Begun by ranks that share experts, as one process and as ranks with all experts go on, and back.</summary>
    [SkippableFact]
    public async Task A_checkpoint_has_all_experts_whoever_shared_them_in_training()
    {
        Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

        var alone = await Job.Run(Engines.Gloo, 1, null, "resume", Path.Combine(_folder, "alone"), "99");
        var begun = await Job.Run(Engines.Gloo, 4, Sharing(4), "resume", _folder, "3");
        var single = await Job.Run(Engines.Gloo, 1, null, "resume", _folder, "7");
        var halves = await Job.Run(Engines.Gloo, 4, Sharing(2), "resume", _folder, "11");
        var copies = await Job.Run(Engines.Gloo, 2, null, "resume", _folder, "15");
        var ended = await Job.Run(Engines.Gloo, 2, Sharing(2), "resume", _folder, "99");

        Job.AssertDone(alone, begun, single, halves, copies, ended);
        AssertFrom(4, 1, single);
        AssertFrom(7, 4, halves);
        AssertFrom(12, 2, copies);
        AssertFrom(16, 2, ended);
        Assert.Equal(Loss(alone, 0), Loss(ended, 0), 5e-6);
        Assert.Equal(Loss(ended, 0), Loss(ended, 1));
        AssertClose(Path.Combine(_folder, "alone"), _folder, "model.safetensors", 5e-6);
        AssertClose(Path.Combine(_folder, "alone"), _folder, "optimizer.safetensors", 5e-6);
    }

    private static RankOptions Sharing(int experts) => new() { JoinSeconds = 60, LimitSeconds = 60, Experts = experts };

    private static void AssertFrom(int step, int ranks, Ended ended) =>
        Assert.Equal(ranks, Lines(ended).Count(line => line.EndsWith($" from step {step}", StringComparison.Ordinal)));

    /// <summary>The last checkpoints have the same tensors, but for the order of sums.</summary>
    private static void AssertClose(string one, string other, string file, double tolerance)
    {
        using var first = Open(one, file);
        using var second = Open(other, file);
        Assert.Equal(first.Tensors.Select(tensor => tensor.ToString()), second.Tensors.Select(tensor => tensor.ToString()));
        using var scope = TorchSharp.torch.NewDisposeScope();
        Assert.All(first.Tensors, tensor =>
        {
            var difference = first.Read(tensor.Name) - second.Read(tensor.Name);
            var most = difference.abs().max().item<float>();
            Assert.True(most < tolerance, $"{tensor} differs by {most}.");
        });
    }

    private static SafetensorsFile Open(string folder, string file) => SafetensorsFile.Open(
        DiskFiles.Instance, Path.Combine(folder, TrainingStorage.CheckpointFolder, $"step-{Workers.Subject.Steps}", file));

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
