using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

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
        var (port, page) = (FreePort(), "");

        var started = $"Watching {Path.Combine("runs", "mine")} at http://127.0.0.1:{port}";

        var ended = await _session.Run("Quickstart", ["watch", "--run", "mine", "--port", $"{port}"], (started, LookAndStop));

        Assert.Contains("Smoe, seed 0 (step 10 of 60) has not ended", page, StringComparison.Ordinal);
        Assert.Equal(130, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.Equal(["metrics.jsonl"], Directory.GetFiles(_session.PathOf("runs"), "*", SearchOption.AllDirectories).Select(Path.GetFileName));

        void LookAndStop(Process process)
        {
            using var http = new HttpClient();
            page = http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/")).GetAwaiter().GetResult();
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            kill.WaitForExit();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
