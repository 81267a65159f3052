using System.Diagnostics;
using System.Runtime.CompilerServices;
using LibMoE.Fuzz;

namespace LibMoE.Runtime.Tests.Fuzzing;

/// <summary>The short form of the fuzzing campaigns: mutated inputs from a seed. docs/data.md tells how a campaign is run.</summary>
public sealed class FuzzTests
{
    private const int Runs = 1500;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_is_read_or_refused_in_one_line_within_its_memory(string name)
    {
        var target = FuzzTargets.All.Single(known => known.Name == name);

        var read = FuzzRun.Mutate(target, Runs, seed: 1, target.Kept());

        // Where nothing is read, nothing behind the first check is tried.
        Assert.InRange(read, 1, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_campaign_left_inputs_that_are_kept(string name) =>
        Assert.NotEmpty(FuzzTargets.All.Single(known => known.Name == name).Kept());

    [Fact]
    public void What_a_reader_may_not_do_is_found()
    {
        Assert.Contains("fails with IndexOutOfRangeException", Finding(input => _ = input[7]), StringComparison.Ordinal);
        Assert.Contains("bytes for 2", Finding(_ => GC.KeepAlive(new byte[17 << 20])), StringComparison.Ordinal);
        Assert.Contains("not one short line", Finding(_ => throw new ConfigurationException("one\ntwo")), StringComparison.Ordinal);
        Assert.False(FuzzRun.One(Planted(_ => throw new ConfigurationException("The file is empty.")), [1, 2]));
        Assert.True(FuzzRun.One(Planted(_ => { }), [1, 2]));
    }

    [Fact]
    public void Mutations_reach_a_fault_that_is_two_changes_away_and_are_the_same_every_time()
    {
        var target = Planted(input =>
        {
            if (input.Length > 4 && input[0] != 1 && input[1] != 2)
            {
                throw new InvalidOperationException("planted");
            }
        });

        var first = Assert.Throws<FuzzFindingException>(() => FuzzRun.Mutate(target, 10_000, seed: 4));

        Assert.Equal(first.Message, Assert.Throws<FuzzFindingException>(() => FuzzRun.Mutate(target, 10_000, seed: 4)).Message);
    }

    [SkippableFact]
    [Trait("Category", "Campaign")]
    public void The_campaigns_script_runs_a_target()
    {
        Skip.IfNot(File.Exists("/usr/bin/afl-fuzz"), "afl-fuzz is not installed (Debian: afl++)");
        var script = Path.Combine(Checkout(), "tests", "LibMoE.Fuzz", "fuzz.sh");

        using var process = Process.Start(new ProcessStartInfo(script, ["2", "bpe-merges"]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Trim().Split('\n');
        process.WaitForExit();

        Assert.Matches(@"^fuzzing: [1-9]\d* runs of 1 targets, 0 crashes, 0 hangs$", lines[^1]);
        Assert.Equal(0, process.ExitCode);
    }

    private static string Checkout([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));

    private static string Finding(Action<byte[]> run) =>
        Assert.Throws<FuzzFindingException>(() => FuzzRun.One(Planted(run), [1, 2])).Message;

    private static FuzzTarget Planted(Action<byte[]> run) => new("planted", () => [[1, 2, 3, 4]], run);
}
