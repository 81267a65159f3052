using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>Signals as the system sends them: at once, where a tool would first have to be started while the program goes on.</summary>
internal static partial class Signals
{
    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGHUP, as a terminal that closes sends it.</summary>
    public const int HangUp = 1;

    /// <summary>SIGTERM, as a shutdown or a scheduler sends it.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal; a process that has ended gets none.</summary>
    public static void Send(int signal, Process process) => _ = Kill(process.Id, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
