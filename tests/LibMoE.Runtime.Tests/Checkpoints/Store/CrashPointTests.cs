using System.Globalization;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>
/// The real program on the real file system, killed by strace at each single system call of a save, or with that call failing: what it
/// had reported as saved is found again.
/// </summary>
public sealed class CrashPointTests : IDisposable
{
    private const int Killed = 137;

    private static readonly string[] Calls =
        ["mkdir", "openat", "pwrite64", "fsync", "close", "rename", "unlink", "rmdir", "getdents64", "flock", "ftruncate"];

    private readonly string _folder = Directory.CreateTempSubdirectory("libmoe-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void A_kill_at_any_call_of_two_saves_loses_nothing_that_was_saved()
    {
        var kills = KillEverywhere(saves: 2, Calls);

        Assert.True(kills >= 40, $"only {kills} calls were there to be killed at");
    }

    /// <summary>The long form: more saves, and each call failing with each error.</summary>
    [SkippableFact]
    [Trait("Category", "Campaign")]
    public void The_campaign_of_kills_and_errors_loses_nothing_either()
    {
        var kills = KillEverywhere(saves: 4, Calls);
        var errors = new[] { "EIO", "ENOSPC", "EACCES" }
            .Sum(error => FailEverywhere(saves: 3, error, "mkdir", "openat", "pwrite64", "fsync", "rename", "unlink", "rmdir"));

        Assert.True(kills >= 90, $"{kills} kills");
        Assert.True(errors >= 150, $"{errors} errors");
    }

    [SkippableTheory]
    [InlineData("fsync", "EIO", "input/output error")]
    [InlineData("pwrite64", "ENOSPC", "full")]
    [InlineData("rename", "EACCES", "permission is denied")]
    public void A_call_that_fails_ends_the_program_with_one_line_that_says_why(string call, string error, string words)
    {
        var failures = FailEverywhere(saves: 2, error, call);
        var (ended, _) = Run(2, $"{call}:error={error}:when=1");

        Assert.True(failures > 0);
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(words, Assert.Single(ended.Errors), StringComparison.Ordinal);
    }

    private int KillEverywhere(int saves, params string[] calls) =>
        calls.Sum(call => Everywhere(call, "signal=SIGKILL", saves, (ended, newest, at) =>
        {
            var reported = ended.Output.Count == 0 ? 0 : long.Parse(ended.Output[^1], CultureInfo.InvariantCulture);
            Assert.True(ended.ExitCode == Killed, $"{at} ended with {ended.ExitCode}: {string.Join('\n', ended.Errors)}");
            Assert.True((newest.Newest?.Step ?? 0) >= reported, $"{at}: {reported} was saved, {newest.Newest?.Step} is there");
            Assert.Empty(newest.Damaged);
        }));

    private int FailEverywhere(int saves, string error, params string[] calls) =>
        calls.Sum(call => Everywhere(call, $"error={error}", saves, (ended, newest, at) =>
        {
            var reported = ended.Output.Count == 0 ? 0 : long.Parse(ended.Output[^1], CultureInfo.InvariantCulture);
            Assert.True(ended.ExitCode == 1 || reported == saves,
                $"{at} ended with {ended.ExitCode} after {reported} of {saves}: {string.Join('\n', ended.Errors)}");
            Assert.True((newest.Newest?.Step ?? 0) >= reported, $"{at}: {reported} was saved, {newest.Newest?.Step} is there");
        }));

    /// <summary>Injects at the first, second, … call until there is none left.</summary>
    private int Everywhere(string call, string injection, int saves, Action<TestProgram.Ended, CheckpointSearch, string> check)
    {
        for (var number = 1; ; number++)
        {
            var at = $"{call}:{injection}:when={number}";
            var (ended, folder) = Run(saves, at);
            if (ended.ExitCode == 0)
            {
                return number - 1;
            }

            var store = new CheckpointStore(DiskFiles.Instance, folder);
            var newest = store.Newest();
            check(ended, newest, at);
            Assert.True(newest.Newest is null || Saves.IsTrue(DiskFiles.Instance, newest.Newest), at);
        }
    }

    private (TestProgram.Ended Ended, string Folder) Run(int saves, string injection)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace is not installed.");
        var folder = Path.Combine(_folder, "checkpoints");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] paths =
        [
            folder,
            .. from step in Enumerable.Range(1, saves)
               from name in new[] { $"step-{step}", $"step-{step}.tmp" }
               from file in new[] { "", "/a.txt", "/b.txt", "/manifest.json" }
               select $"{folder}/{name}{file}",
        ];
        string[] strace =
        [
            "strace", "-f", "-qq", "-o", "/dev/null", .. paths.SelectMany(path => new[] { "-P", path }), "-e", $"inject={injection}",
        ];
        var ended = TestProgram.Run(["save", folder, $"{saves}"], _folder, strace);
        Skip.If(ended.Errors.Any(line => line.Contains("ptrace", StringComparison.OrdinalIgnoreCase)),
            "This machine lets no process trace another.");
        return (ended, folder);
    }
}
