using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// Asks Linux to back fresh memory with large pages. The gradients of many experts are as large as the experts, and libtorch takes such
/// memory again in every step: touching it costs a page fault per 4 KiB otherwise. Elsewhere, and for small memory, nothing happens.
/// </summary>
internal static unsafe partial class LargePages
{
    private const long Least = 4L << 20;

    /// <summary>MADV_HUGEPAGE.</summary>
    private const int HugePage = 14;

    /// <summary>Asks for memory that is about to be written. A refusal changes nothing but the speed.</summary>
    public static void Advise(void* memory, long bytes)
    {
        if (bytes < Least || !OperatingSystem.IsLinux())
        {
            return;
        }

        nint page = Environment.SystemPageSize;
        var start = ((nint)memory + page - 1) / page * page;
        var end = ((nint)memory + (nint)bytes) / page * page;
        _ = madvise((void*)start, (nuint)(end - start), HugePage);
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* start, nuint length, int advice);
}
