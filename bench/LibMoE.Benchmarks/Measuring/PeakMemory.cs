using System.Runtime.InteropServices;

namespace LibMoE.Benchmarks.Measuring;

/// <summary>The peak of resident memory during a step, on Linux: the kernel keeps it per process and lets it be reset.</summary>
internal static partial class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string Reset = "/proc/self/clear_refs";

    public static bool IsMeasurable => File.Exists(Status) && File.Exists(Reset);

    /// <summary>How far above the memory before it a step goes, in MiB.</summary>
    public static double Of(Action step)
    {
        // Freed memory that the allocators still hold would hide what the step needs.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _ = malloc_trim(0);
        File.WriteAllText(Reset, "5");
        var before = Kibibytes("VmRSS");
        step();
        return (Kibibytes("VmHWM") - before) / 1024.0;
    }

    private static long Kibibytes(string field) => long.Parse(
        File.ReadLines(Status)
            .First(line => line.StartsWith(field, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
