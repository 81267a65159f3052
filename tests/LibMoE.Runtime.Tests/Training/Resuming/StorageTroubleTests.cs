using LibMoE.Runtime.Tests.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>A full disk, a read-only folder, a text that goes away: one clear line, and what had been saved is still there.</summary>
public sealed class StorageTroubleTests : IDisposable
{
    private const int CannotMount = 77;

    private readonly RunCommand _command = new();

    public void Dispose() => _command.Dispose();

    [SkippableFact]
    public async Task A_full_disk_ends_the_run_and_what_was_saved_goes_on_elsewhere()
    {
        var saved = Path.Combine(_command.Folder, "saved");
        Directory.CreateDirectory(_command.Runs);

        var ended = Mounted(
            "mount -t tmpfs -o size=900k none \"$1\" || exit 77; runs=$1; saved=$2; shift 2; \"$@\"; code=$?; cp -r \"$runs\" "
                + "\"$saved\"; exit $code",
            saved,
            _command.Args("run", 30, "--Training:CheckpointEvery=1"));
        var goesOn = await RunCommand.Run(RunCommand.With(_command.Args("run", 30, "--resume"), "--runs", saved));

        Assert.Equal(1, ended.ExitCode);
        var reason = Assert.Single(ended.Output, line => line.StartsWith("ResumedMoe, seed 5, failed: ", StringComparison.Ordinal));
        Assert.Contains(".tmp/", reason, StringComparison.Ordinal);
        Assert.EndsWith("could not be written: the disk, or your share of it, is full", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Output.Concat(ended.Errors), line => line.StartsWith("at ", StringComparison.Ordinal));
        Assert.InRange(ended.Errors.Count, 0, 1);
        Assert.True(goesOn.ExitCode == 0, goesOn.Output + string.Join('\n', goesOn.Errors));
        Assert.Contains("Training continues from step ", goesOn.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_read_only_folder_is_named_and_nothing_is_lost()
    {
        Assert.Equal(0, (await RunCommand.Run(_command.Args("run", 4))).ExitCode);

        var ended = Mounted(
            "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 77; shift 2; \"$@\"", "",
            _command.Args("run", 4, "--resume"));

        Assert.Equal(1, ended.ExitCode);
        Assert.EndsWith("the file system is read-only", Assert.Single(ended.Errors), StringComparison.Ordinal);
        Assert.StartsWith($"error: {_command.Runs}/run/run.lock could not be ", ended.Errors[0], StringComparison.Ordinal);
        Assert.Equal(4, new CheckpointStore(DiskFiles.Instance, _command.Checkpoints("run")).Newest().Newest!.Step);
    }

    [Fact]
    public async Task A_text_that_is_deleted_half_way_does_not_hurt_the_run_and_is_missed_by_name_afterwards()
    {
        using var stop = new CancellationTokenSource();
        var running = RunCommand.Run(_command.Args("run", 100_000), stop.Token);
        await WaitForStep(2, running);
        Directory.Move(_command.Corpus, _command.Corpus + "-away");
        var at = _command.Steps("run")[^1];
        await WaitForStep(at + 4, running);
        await stop.CancelAsync();

        var stopped = await running;
        var refused = await RunCommand.Run(_command.Args("run", 100_000, "--resume"));

        Assert.Equal(130, stopped.ExitCode);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"{_command.Corpus} does not exist", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Empty(new CheckpointStore(DiskFiles.Instance, _command.Checkpoints("run")).Newest().Damaged);
        Directory.Move(_command.Corpus + "-away", _command.Corpus);
        var steps = (int)_command.Steps("run")[^1] + 2;
        Assert.Equal(0, (await RunCommand.Run(_command.Args("run", steps, "--resume", "--allow-change", "Training:Steps"))).ExitCode);
    }

    [Fact]
    public async Task Numbers_that_stay_bad_end_the_run_with_a_diagnosis_and_leave_its_checkpoints()
    {
        Assert.Equal(0, (await RunCommand.Run(_command.Args("run", 4))).ExitCode);

        var failed = await RunCommand.Run(_command.Args(
            "run", 40, "--resume", "--allow-change", "Training", "--learning-rate", "1e30", "--Training:Clip=0",
            "--Training:NonFiniteLimit=3"));

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("failed: Training of ResumedMoe stopped at step ", failed.Output, StringComparison.Ordinal);
        Assert.Contains(", the third in a row that is not finite: ", failed.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_command.Cell("run"), NonFiniteReport.FileName)));
        Assert.Contains(4, _command.Steps("run"));
    }

    private async Task WaitForStep(long step, Task<RunCommand.Ran> running)
    {
        while (!running.IsCompleted && (_command.Steps("run") is not [.., var newest] || newest < step))
        {
            await Task.Delay(5);
        }

        Assert.False(running.IsCompleted, running.IsCompleted ? string.Join('\n', running.Result.Errors) + running.Result.Output : "");
    }

    /// <summary>Runs the program in a mount namespace of its own; the script gets the run folder, another path,
    /// and the program's line.</summary>
    private TestProgram.Ended Mounted(string script, string path, string[] args)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare"), "Mounting in a namespace takes unshare of Linux.");
        var ended = TestProgram.Run(
            args, _command.Folder, "unshare", Environment.UserName == "root" ? "-m" : "-Urm", "sh", "-c", script, "sh",
            _command.Runs, path);
        Skip.If(ended.ExitCode == CannotMount || ended.Errors.Any(line => line.StartsWith("unshare:", StringComparison.Ordinal)),
            "This machine lets no test mount.");
        return ended;
    }
}
