using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Hosting;

/// <summary>
/// The first SIGINT, SIGTERM or SIGHUP stops the verb, which saves, also where it comes before the host listens to signals itself. A second
/// SIGINT or SIGTERM ends the process at once.
/// </summary>
/// <remarks>
/// Hang-ups come in twos (of a terminal that closes, from the shell and from the system; of a service that stops, after SIGTERM), so they
/// are not counted. One that is ignored from the start, as <c>nohup</c> has it, stays ignored.
/// </remarks>
internal sealed partial class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _stop;
    private readonly Interruption? _interruption;
    private int _count;

    /// <summary>Listens from now on.</summary>
    /// <param name="stop">Called at the first signal.</param>
    /// <param name="interruption">What takes a SIGINT in its place, where something does.</param>
    public StopSignals(Action stop, Interruption? interruption = null)
    {
        (_stop, _interruption) = (stop, interruption);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Count),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp),
        ];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Count(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (signal.Signal == PosixSignal.SIGINT && _interruption?.TryUse() == true)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) > 1)
        {
            Leave();
        }

        _stop();
    }

    private void HangUp(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop();
    }

    /// <summary>Without what a process usually runs at its end: that would take libtorch away under the thread that computes.</summary>
    private static void Leave()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCode.Stopped);
        }

        LeaveNow(ExitCode.Stopped);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void LeaveNow(int status);
}
