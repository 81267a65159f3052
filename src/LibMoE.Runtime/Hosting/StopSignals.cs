using System.Runtime.InteropServices;

namespace LibMoE.Runtime;

/// <summary>
/// The host stops the verb on the first SIGINT or SIGTERM, and the verb saves. A second one ends the process at once.
/// </summary>
internal sealed partial class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public StopSignals() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Count), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count)];

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
        if (Interlocked.Increment(ref _count) > 1)
        {
            Leave();
        }
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
