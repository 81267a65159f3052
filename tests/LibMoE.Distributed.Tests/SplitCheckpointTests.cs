using System.Globalization;

namespace LibMoE.Distributed.Tests;

/// <summary>Ranks that have parts of the optimiser's state write one checkpoint, which any number of ranks reads.</summary>
[Collection(UnbrokenRun.Name)]
public sealed class SplitCheckpointTests(UnbrokenRun unbroken) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task What_four_ranks_wrote_one_reads_and_what_one_wrote_two_read()
    {
        SkipWithoutEngine();

        var four = await Run(4, _folder, "7", "split");
        Assert.Equal(Enumerable.Range(1, 4).Select(rank => $"optimizer-0000{rank}-of-00004.safetensors"), NewestShards());
        var one = await Run(1, _folder, "13", "split");
        Assert.Empty(NewestShards());
        var two = await Run(2, _folder, "99", "split");

        Job.AssertDone(unbroken.Ended);
        Assert.All(Lines(four), line => Assert.EndsWith("stopped", line, StringComparison.Ordinal));
        Assert.Equal(Loss(two), Loss(unbroken.Ended), 5e-6);
    }

    [SkippableFact]
    public async Task At_the_same_number_of_ranks_a_stopped_run_ends_with_the_bits_of_one_that_was_not_split_or_stopped()
    {
        SkipWithoutEngine();

        await Run(2, _folder, "7", "split");
        await Run(2, _folder, "99", "split");

        Job.AssertDone(unbroken.Ended);
        var end = $"step-{Workers.Subject.Steps}";
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(unbroken.Folder, TrainingStorage.CheckpointFolder, end, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder, TrainingStorage.CheckpointFolder, end, "model.safetensors")));
    }

    [SkippableFact]
    public async Task A_rank_that_cannot_write_its_part_fails_the_save_everywhere_and_nothing_of_it_is_left()
    {
        SkipWithoutEngine();

        var ended = await Job.Run(Engines.Gloo, 4, null, "resume", _folder, "99", "split", "full");

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        var lines = Lines(ended).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(4, lines.Count);
        Assert.StartsWith(
            "rank 0 could not save: another rank could not save step 10, so that none did; what was saved before is valid", lines[0],
            StringComparison.Ordinal);
        Assert.Matches(
            @"^rank 3 could not save: .*optimizer-00004-of-00004\.safetensors could not be written: no space is left$", lines[3]);
        var store = new CheckpointStore(DiskFiles.Instance, Path.Combine(_folder, TrainingStorage.CheckpointFolder));
        Assert.Equal([5L], store.Steps());
        Assert.Equal(5, store.Newest().Newest!.Step);
        Assert.Equal(["step-5"], Directory.GetDirectories(store.Folder).Select(Path.GetFileName));
    }

    private static void SkipWithoutEngine() => Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

    private static async Task<Ended> Run(int ranks, string folder, params string[] arguments)
    {
        var ended = await Job.Run(Engines.Gloo, ranks, null, ["resume", folder, .. arguments]);
        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        return ended;
    }

    /// <summary>What the ranks said, but for the step that each began at.</summary>
    private static IEnumerable<string> Lines(Ended ended) => ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.Contains(" from step ", StringComparison.Ordinal));

    private IEnumerable<string?> NewestShards() => Directory.GetFiles(
        new CheckpointStore(DiskFiles.Instance, Path.Combine(_folder, TrainingStorage.CheckpointFolder)).Newest().Newest!.Path,
        "optimizer-*-of-*").Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static double Loss(Ended ended)
    {
        var line = ended.Output.Split('\n').First(line => line.StartsWith("rank 0 loss ", StringComparison.Ordinal));
        return double.Parse(line["rank 0 loss ".Length..], CultureInfo.InvariantCulture);
    }
}
