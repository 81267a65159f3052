using System.Diagnostics;
using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>A user who stops a study keeps what is finished.</summary>
public sealed class StopTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_study_with_130_after_saving(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        string[] args = ["--corpus", Text(), "--steps", "30", "--variants", "Dense,Smoe", "--Training:LogEvery=1", "--threads", "1", "--name", "stopped"];

        var ended = await _session.Run("Quickstart", args, ("[2/2] Smoe: 30 steps", process => Kill(signal, process)));

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal(["Stopped; everything finished is saved."], ended.Errors);
        using var results = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "stopped", "results.json")));
        Assert.Equal("Dense", Assert.Single(results.RootElement.GetProperty("variants").EnumerateArray()).GetProperty("name").GetString());
        Assert.Empty(Directory.GetFiles(_session.PathOf("runs"), "*.tmp", SearchOption.AllDirectories));
        Assert.All(
            File.ReadLines(_session.PathOf("runs", "stopped", "Smoe", "seed-0", "metrics.jsonl")),
            line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    private static void Kill(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private string Text()
    {
        var path = _session.PathOf("text.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 4000).Select(line => $"Line {line} counts {line * line % 97}.\n")));
        return path;
    }
}
