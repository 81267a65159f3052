using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>The batch files of the page on clusters do on a real Slurm what the page says.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task A_cell_of_an_array_that_is_signalled_is_queued_again_and_goes_on()
    {
        Skip.If(SlurmCluster.WhyNot is not null, SlurmCluster.WhyNot);
        using var slurm = await SlurmCluster.StartAsync();
        var steps = _session.PathOf("runs", "rates", "Smoe", "seed-0", "metrics.jsonl");

        var job = await slurm.Submit(_session.PathOf(), Script("study.sh", steps: 800, "--array=0-7", "--array=0-1"));
        await SlurmCluster.Until(
            "the first cell trains", () => Task.FromResult(File.Exists(steps) && new FileInfo(steps).Length > 0), Said);
        await slurm.Run("scancel", "--signal=TERM", "--batch", $"{job}_0");
        await SlurmCluster.Until(
            "the first cell is queued again",
            async () => (await slurm.Run("squeue", "-h", "-j", $"{job}_0", "-o", "%t")).Output.Trim() is "PD" or "", Said);

        // Slurm leaves a job alone for two minutes that was queued again, and its node refuses it in the second in which it was stopped.
        await slurm.Run("scontrol", "update", $"JobId={job}_0", "StartTime=now+2");
        await slurm.WhenIdle(Said);

        Assert.All(new[] { "seed-0", "seed-1" }, seed => Assert.True(
            File.Exists(_session.PathOf("runs", "rates", "Smoe", seed, "result.json")), Said()));
        var first = File.ReadAllText(_session.PathOf("slurm-0.txt"));
        Assert.Contains("Stopped; everything finished is saved.", first, StringComparison.Ordinal);
        Assert.Matches(@"(goes on|continues) from step \d+", first);
        var collected = await _session.Run("Quickstart", ["collect", "--name", "rates"]);
        Assert.True(collected.ExitCode == 0, collected.Output + string.Join('\n', collected.Errors));
    }

    [SkippableFact]
    public async Task Two_ranks_that_srun_starts_train_one_cell()
    {
        Skip.If(SlurmCluster.WhyNot is not null, SlurmCluster.WhyNot);
        Skip.IfNot(File.Exists("/usr/bin/g++"), "the build had no C++ compiler");
        using var slurm = await SlurmCluster.StartAsync();

        await slurm.Submit(_session.PathOf(), Script(
            "training.sh", steps: 40, "--nodes=2 --ntasks-per-node=8 --cpus-per-task=4",
            "--nodes=1 --ntasks-per-node=2 --cpus-per-task=1"));
        await slurm.WhenIdle(Said);

        var cell = _session.PathOf("runs", "large", "Smoe", "seed-0");
        Assert.True(File.Exists(Path.Combine(cell, "result.json")), Said());
        Assert.Single(Directory.GetFiles(cell, "metrics.jsonl"));
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(cell, "result.json")));
        Assert.Equal(40, result.RootElement.GetProperty("steps").GetInt32());
    }

    private static string[] Study(int steps) =>
    [
        "--corpus", "text.txt", "--variants", "Smoe", "--seeds", "2", "--steps", $"{steps}", "--batch", "2", "--sequence-length",
        "16", "--Training:LogEvery=1", "--Training:Warmup=1", "--Training:ValidationSequences=8", "--Analysis:Enabled=false",
    ];

    /// <summary>A file of the page, for one node of two processors, with a tiny study.</summary>
    private string Script(string name, int steps, string resources, string here)
    {
        File.WriteAllText(
            _session.PathOf("text.txt"), string.Join('\n', Enumerable.Range(0, 4000).Select(line => $"line {line * 7919 % 1000}")));
        var script = File.ReadAllText(Repository.PathOf("examples", "clusters", name));
        Assert.Contains(resources, script, StringComparison.Ordinal);
        var program = $"env LIBMOE_DATA={_session.PathOf()} dotnet {Repository.ProgramOf("Quickstart")}";
        return script.Replace(resources, here, StringComparison.Ordinal)
            .Replace("--cpus-per-task=4", "--cpus-per-task=1", StringComparison.Ordinal)
            .Replace("app/Quickstart", program, StringComparison.Ordinal)
            .Replace("--name rates", $"--name rates {string.Join(' ', Study(steps))}", StringComparison.Ordinal)
            .Replace("--name large", $"--name large {string.Join(' ', Study(steps))}", StringComparison.Ordinal);
    }

    /// <summary>What the jobs wrote.</summary>
    private string Said() => string.Concat(Directory.GetFiles(_session.PathOf(), "slurm-*.txt").Select(file =>
        $"\n{Path.GetFileName(file)}:\n{File.ReadAllText(file)}"));
}
