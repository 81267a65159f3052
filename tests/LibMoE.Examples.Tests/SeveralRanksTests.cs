using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Testing;
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
        SkipWithoutRanks();
        var study = Study("--steps", "400", "--batch", "4");
        using var second = new UserSession();
        Launch(second);
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

    [SkippableFact]
    public async Task Ranks_that_share_experts_leave_a_run_folder_as_one_process_does()
    {
        SkipWithoutRanks();
        var study = Study("--steps", "6", "--batch", "4", "--Ranks:Experts=2", "--Tracking:SampleEvery=3");
        using var second = new UserSession();
        Launch(second);

        var following = second.Run("Quickstart", study);
        var leading = await _first.Run("Quickstart", study);
        var followed = await following;

        Assert.True((leading.ExitCode, followed.ExitCode) == (0, 0), string.Join('\n', [.. leading.Errors, .. followed.Errors]));
        var cell = _first.PathOf("runs", "shared", "Smoe", "seed-0");
        Assert.True(File.Exists(Path.Combine(cell, "result.json")));
        Assert.True(File.Exists(Path.Combine(cell, "analysis.json")));
        Assert.Contains(
            "A rank has some of the experts (Ranks:Experts), and cannot run the model alone: left out are moments of analysis along "
                + "training (Analysis:Points) and texts drawn in training (Tracking:SampleEvery).",
            string.Join(' ', leading.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(second.Files);
    }

    [SkippableTheory]
    [InlineData("(Training:Batch) is 3; 2 ranks of 1 micro-batches each divide it only where it is a multiple of 2.", "--batch=3")]
    [InlineData("Ranks:Experts is 3; it must divide the number of ranks, which is 2.", "--Ranks:Experts=3")]
    public async Task What_two_ranks_cannot_divide_ends_both_with_2_before_anything_is_trained(string sentence, string option)
    {
        SkipWithoutRanks();
        var study = Study("--steps", "4", option);
        using var second = new UserSession();
        Launch(second);

        var following = second.Run("Quickstart", study);
        var leading = await _first.Run("Quickstart", study);
        var followed = await following;

        Assert.Equal((2, 2), (leading.ExitCode, followed.ExitCode));
        Assert.Contains(leading.Errors, line => line.Contains(sentence, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_first.PathOf("runs", "shared", "Smoe")));
    }

    /// <summary>A launcher's variables for two ranks.</summary>
    private void Launch(UserSession second)
    {
        var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        foreach (var (session, rank) in new[] { (_first, "0"), (second, "1") })
        {
            session.Variables["RANK"] = rank;
            session.Variables["WORLD_SIZE"] = "2";
            session.Variables["MASTER_PORT"] = port;
        }
    }

    private string[] Study(params string[] more)
    {
        var lines = Enumerable.Range(0, 4000).Select(line => $"line {line * 7919 % 1000}");
        File.WriteAllText(_first.PathOf("text.txt"), string.Join('\n', lines));
        return ["study", "--corpus", _first.PathOf("text.txt"), "--variants", "Smoe", "--seeds", "1",
            "--Training:LogEvery=1", "--Watch:SecondsBetweenLines=0", "--name", "shared", "--runs", _first.PathOf("runs"), .. more];
    }

    private static void SkipWithoutRanks() => Skip.IfNot(
        File.Exists(Path.Combine(Path.GetDirectoryName(Repository.ProgramOf("Quickstart"))!, "libmoe_c10d.so")),
        "The build had no C++ compiler.");
}
