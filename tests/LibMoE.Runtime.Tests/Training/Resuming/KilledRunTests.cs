using System.Text.Json;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using Xunit.Abstractions;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>
/// A program that is killed by SIGKILL at random moments, many of them while a checkpoint is being written, and continued each time, ends
/// as one that was never killed: with accumulation, bfloat16, BiasBalance, noise in the router and a moving average.
/// </summary>
public sealed class KilledRunTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 60;
    private const int Killed = 137;

    private readonly RunCommand _command = new();

    public void Dispose() => _command.Dispose();

    [SkippableFact]
    public void Five_kills_change_nothing() => Assert.Equal(5, KillOften(seed: 1, kills: 5, before: Steps / 2).Kills);

    [SkippableFact]
    [Trait("Category", "Campaign")]
    public void The_campaign_of_kills_changes_nothing_either()
    {
        var (kills, whileWritten) = (0, 0);
        for (var seed = 100; kills < 100; seed++)
        {
            var chain = KillOften(seed, kills: 20);
            (kills, whileWritten) = (kills + chain.Kills, whileWritten + chain.WhileWritten);
            output.WriteLine($"seed {seed}: {kills} kills so far, {whileWritten} of them left half a checkpoint");
        }

        Assert.True(whileWritten > 0, "no kill hit a checkpoint that was being written");
    }

    /// <summary>Kills one run so often, then lets it end, and compares.</summary>
    /// <param name="seed">Decides the moments.</param>
    /// <param name="kills">How many.</param>
    /// <param name="before">The step before which each is to come; a run near its end may end first.</param>
    private (int Kills, int WhileWritten) KillOften(int seed, int kills, int before = Steps)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGKILL.");
        var random = new Random(seed);
        var (whole, killed) = ($"whole-{seed}", $"killed-{seed}");
        var (done, whileWritten) = (0, 0);
        int? last = null;
        foreach (var target in Enumerable.Range(0, kills).Select(_ => random.Next(before)).Order())
        {
            var process = Start(killed);
            WaitFor(killed, target, whileWriting: random.Next(2) == 0, process);
            Thread.Sleep(random.Next(8));
            process.Kill();
            var pid = process.Id;
            var ended = TestProgram.Wait(process);
            AssertTakenOver(ended, last);
            Assert.True(ended.ExitCode is Killed or 0, string.Join('\n', ended.Errors));
            (done, last) = (done + (ended.ExitCode == Killed ? 1 : 0), pid);
            whileWritten += Directory.Exists(_command.Checkpoints(killed))
                && Directory.EnumerateDirectories(_command.Checkpoints(killed), "*.tmp").Any() ? 1 : 0;
        }

        AssertTakenOver(End(Start(killed)), last);
        End(Start(whole));
        ResumeTests.AssertSame(DiskFiles.Instance, DiskFiles.Instance, Steps, _command.Checkpoints(whole), _command.Checkpoints(killed));
        Assert.Equal(Metrics(whole), Metrics(killed));
        Assert.Equal(Result(whole), Result(killed));
        return (done, whileWritten);
    }

    private System.Diagnostics.Process Start(string name) => TestProgram.Start(
        _command.Args(name, Steps, Directory.Exists(Path.Combine(_command.Runs, name)) ? ["--resume"] : []), _command.Folder,
        "env", "OMP_NUM_THREADS=1");

    private static TestProgram.Ended End(System.Diagnostics.Process process)
    {
        var ended = TestProgram.Wait(process);
        Assert.True(ended.ExitCode == 0, string.Join('\n', [.. ended.Output, .. ended.Errors]));
        return ended;
    }

    /// <summary>The process that was killed before is named, where this one came as far as its lock.</summary>
    private static void AssertTakenOver(TestProgram.Ended ended, int? last)
    {
        if (ended.Output.FirstOrDefault(line => line.StartsWith("The run was left by ", StringComparison.Ordinal)) is { } line)
        {
            Assert.NotNull(last);
            Assert.Contains("process ", line, StringComparison.Ordinal);
        }
    }

    /// <summary>Waits until a checkpoint of that step or a later one is there, or being written, or the process has ended.</summary>
    private void WaitFor(string name, int target, bool whileWriting, System.Diagnostics.Process process)
    {
        var folder = _command.Checkpoints(name);
        while (!process.HasExited && !Names().Any(IsReached))
        {
            Thread.Sleep(1);
        }

        IEnumerable<string> Names()
        {
            try
            {
                return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))] : [];
            }
            catch (DirectoryNotFoundException)
            {
                return [];
            }
        }

        bool IsReached(string folderName) => CheckpointName.IsUnfinished(folderName)
            ? whileWriting && CheckpointName.StepOf(folderName[..^4]) > target
            : CheckpointName.StepOf(folderName) > target || target == 0;
    }

    private List<string> Metrics(string name) =>
    [
        .. File.ReadLines(Path.Combine(_command.Cell(name), "metrics.jsonl")).Select(line =>
            ResumeTests.Text(JsonSerializer.Deserialize<TrainingProgress>(line, RunJson.Line)!)),
    ];

    private string Result(string name)
    {
        var result = JsonSerializer.Deserialize<TrainingResult>(
            File.ReadAllText(Path.Combine(_command.Cell(name), "result.json")), RunJson.Line)!;
        return JsonSerializer.Serialize(
            result with { TokensPerSecond = 0, WallSeconds = 0, History = [.. result.History.Select(ResumeTests.Timeless)] }, RunJson.Line);
    }
}
