using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Examples.Tests;

/// <summary>A study that a launcher starts on two ranks.</summary>
public sealed class SeveralRanksTests : IDisposable
{
    private readonly UserSession _first = new();

    public void Dispose() => _first.Dispose();

    [SkippableFact]
    public async Task The_first_rank_does_what_one_process_does_and_a_signal_to_the_other_stops_both()
    {
        Skip.IfNot(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/g++"), "Ranks are joined on Linux, where the build has a C++ compiler.");
        var lines = Enumerable.Range(0, 4000).Select(line => $"line {line * 7919 % 1000}");
        File.WriteAllText(_first.PathOf("text.txt"), string.Join('\n', lines));
        string[] study = ["study", "--corpus", _first.PathOf("text.txt"), "--variants", "Smoe", "--seeds", "1", "--steps", "400",
            "--batch", "4", "--Training:LogEvery=1", "--Watch:SecondsBetweenLines=0", "--name", "shared",
            "--runs", _first.PathOf("runs")];
        using var second = new UserSession();
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        foreach (var (session, rank) in new[] { (_first, "0"), (second, "1") })
        {
            session.Variables["RANK"] = rank;
            session.Variables["WORLD_SIZE"] = "2";
            session.Variables["MASTER_PORT"] = port;
        }

        Process? other = null;
        var following = second.Run("Quickstart", study, whileRunning: null, started: process => other = process);
        var leading = await _first.Run("Quickstart", study, ("Smoe: step ", (_, _) => Signals.Send(Signals.Terminate, other!)));
        var followed = await following;

        Assert.Equal((130, 130), (leading.ExitCode, followed.ExitCode));
        Assert.Contains("Stopped; everything finished is saved.", leading.Errors);
        Assert.Equal("", followed.Output.Trim());
        Assert.Empty(second.Files);

        var cell = _first.PathOf("runs", "shared", "Smoe", "seed-0");
        Assert.Single(Directory.GetFiles(cell, "manifest.json", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(cell, "result.json")));

        _first.Variables.Clear();
        var alone = await _first.Run("Quickstart", "study", "--name", "shared", "--resume");

        Assert.Equal(0, alone.ExitCode);
        using var results = JsonDocument.Parse(File.ReadAllText(_first.PathOf("runs", "shared", "results.json")));
        Assert.Single(results.RootElement.GetProperty("variants").EnumerateArray());
    }

    /// <summary>A port that nothing listens on.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
