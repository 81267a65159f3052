using System.Text.Json;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Examples.Tests;

/// <summary>A user who stops a study keeps what is finished.</summary>
public sealed class StopTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.HangUp)]
    public async Task A_signal_ends_the_study_with_130_after_saving(int signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        string[] args = ["--corpus", Text(), "--steps", "60", "--variants", "Dense,Smoe", "--seeds", "1", "--Training:LogEvery=1",
            "--threads", "1", "--name", "stopped"];

        var ended = await _session.Run("Quickstart", args, ("[2/2] Smoe: 60 steps", (process, _) => Signals.Send(signal, process)));

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal(["Stopped; everything finished is saved."], ended.Errors);
        Assert.Contains("To continue: Quickstart study --name stopped --resume\n", ended.Output, StringComparison.Ordinal);
        using var results = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "stopped", "results.json")));
        Assert.Equal("Dense", Assert.Single(results.RootElement.GetProperty("variants").EnumerateArray()).GetProperty("name").GetString());
        Assert.Empty(Directory.GetFiles(_session.PathOf("runs"), "*.tmp", SearchOption.AllDirectories));
        Assert.All(
            File.ReadLines(_session.PathOf("runs", "stopped", "Smoe", "seed-0", "metrics.jsonl")),
            line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    /// <summary>A terminal that closes hangs up twice, and a service that stops may do so after SIGTERM:
    /// neither means "without saving".</summary>
    [SkippableFact]
    public async Task Further_hang_ups_do_not_cut_the_saving_short()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        string[] args =
            ["train", "--name", "hung-up", "--steps", "2000", "--corpus", Text(), "--threads", "1", "--Training:CheckpointEvery=0"];

        var ended = await _session.Run("Quickstart", args, ("2000 steps", (process, _) =>
        {
            Signals.Send(Signals.Terminate, process);
            Signals.Send(Signals.HangUp, process);
            Signals.Send(Signals.HangUp, process);
        }
        ));

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal(["Stopped; everything finished is saved."], ended.Errors);
        Assert.Single(Directory.GetFiles(_session.PathOf("runs", "hung-up"), "manifest.json", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public async Task Under_nohup_a_hang_up_is_ignored()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "env that ignores a signal is GNU's.");
        string[] args =
            ["train", "--name", "nohup", "--steps", "20", "--corpus", Text(), "--threads", "1", "--Training:ValidationSequences=16"];

        var ended = await _session.Run(
            "Quickstart", args, ("20 steps", (process, _) => Signals.Send(Signals.HangUp, process)), env: "--ignore-signal=HUP");

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
    }

    /// <summary>The commands of docs/checkpoints.md, with a signal between them.</summary>
    [SkippableFact]
    public async Task A_stopped_training_run_is_continued_by_resume()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        string[] args =
            ["train", "--name", "mine", "--steps", "80", "--corpus", Text(), "--threads", "1", "--Training:ValidationSequences=16"];

        var stopped = await _session.Run("Quickstart", args, ("80 steps", (process, _) => Signals.Send(Signals.Terminate, process)));
        var resumed = await _session.Run("Quickstart", [.. args, "--resume"]);

        Assert.Equal(130, stopped.ExitCode);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("Training continues from step ", resumed.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(Directory.GetDirectories(
            _session.PathOf("runs", "mine"), "seed-0", SearchOption.AllDirectories)[0], "checkpoints", "step-80")));
    }

    private string Text()
    {
        var path = _session.PathOf("text.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 4000).Select(line => $"Line {line} counts {line * line % 97}.\n")));
        return path;
    }
}
