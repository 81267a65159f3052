using System.Diagnostics;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Examples.Tests;

/// <summary>A user watches a run until they have seen enough.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_live_report_is_served_until_a_signal()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        Directory.CreateDirectory(_session.PathOf("runs", "mine", "Smoe", "seed-0"));
        File.WriteAllText(
            _session.PathOf("runs", "mine", "Smoe", "seed-0", "metrics.jsonl"),
            """{"step":10,"steps":60,"loss":3,"auxiliaryLoss":0,"learningRate":0.001,"tokensPerSecond":1000,"elapsed":"00:00:01","blocks":[]}""" + "\n");
        var page = "";

        var ended = await _session.Run(
            "Quickstart", ["watch", "--run", "mine", "--port", "0"],
            ($"Watching {Path.Combine("runs", "mine")} at http://127.0.0.1:", LookAndStop));

        Assert.Contains("Smoe, seed 0 (step 10 of 60) has not ended", page, StringComparison.Ordinal);
        Assert.Equal(130, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.Equal(
            ["metrics.jsonl"], Directory.GetFiles(_session.PathOf("runs"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));

        void LookAndStop(Process process, string line)
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            page = http.GetStringAsync(new Uri(line.Split(" at ")[1].Split(' ')[0])).GetAwaiter().GetResult();
            Signals.Send(Signals.Interrupt, process);
        }
    }
}
