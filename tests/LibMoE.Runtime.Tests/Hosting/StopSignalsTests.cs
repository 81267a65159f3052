using System.Diagnostics;
using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class StopSignalsTests
{
    /// <summary>The host listens a moment later: a signal before that would be neither obeyed nor fatal.</summary>
    [SkippableTheory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.HangUp)]
    public async Task The_first_signal_stops_the_program_as_soon_as_anything_listens(int signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        Skip.If(IsIgnored(signal), "The tests were started with this signal ignored, as a shell does in the background.");
        var stopped = new TaskCompletionSource();
        using var process = Process.GetCurrentProcess();
        using var signals = new StopSignals(() => stopped.TrySetResult());

        Signals.Send(signal, process);

        await stopped.Task.WaitAsync(TimeSpan.FromMinutes(5));
    }

    private static bool IsIgnored(int signal)
    {
        const string ignored = "SigIgn:";
        var line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(ignored, StringComparison.Ordinal))
            : null;
        return line is not null && (Convert.ToUInt64(line[ignored.Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }
}
