using System.Diagnostics;
using LibMoE.Runtime.Tests.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>The first SIGINT or SIGTERM finishes the step and saves; the second ends the process at once.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly RunCommand _command = new();

    public void Dispose() => _command.Dispose();

    [SkippableTheory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public void The_first_signal_saves_and_exits_with_130(int signal)
    {
        var process = Begin(_command.Args("run", 100_000, "--Training:CheckpointEvery=0", "--Training:ValidateEvery=0"));
        Signals.Send(signal, process);

        var ended = TestProgram.Wait(process);

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal(["Stopped; everything finished is saved."], ended.Errors);
        var found = new CheckpointStore(DiskFiles.Instance, _command.Checkpoints("run")).Newest();
        Assert.Equal(found.Newest!.Step, Assert.Single(_command.Steps("run")));
    }

    [SkippableFact]
    public void The_second_signal_does_not_wait_for_the_step()
    {
        // A step of many seconds.
        var args = RunCommand.With(_command.Args("run", 10, "--Training:Recompute=true"), "--batch", "512")
            .Select(arg => arg.Replace("MicroBatches=2", "MicroBatches=512", StringComparison.Ordinal)
                .Replace("Layers=2", "Layers=24", StringComparison.Ordinal));
        var process = Begin([.. args]);
        // Signals that come before the process has seen the first are one to it: the next is sent until it has ended.
        do
        {
            Signals.Send(Signals.Interrupt, process);
        }
        while (!process.WaitForExit(300));

        var ended = TestProgram.Wait(process);

        Assert.Equal(130, ended.ExitCode);
        Assert.Empty(_command.Steps("run"));
        Assert.Empty(ended.Errors);
    }

    /// <summary>Starts training, and returns once it has begun.</summary>
    private Process Begin(string[] args)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Signals are sent by tools of Linux.");
        // A shell starts what runs in its background with SIGINT ignored, and .NET leaves it so.
        var process = TestProgram.Start(args, _command.Folder, "env", "--default-signal=INT,TERM", "OMP_NUM_THREADS=1");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("[1/1] ResumedMoe", StringComparison.Ordinal))
        {
        }

        return process;
    }
}
