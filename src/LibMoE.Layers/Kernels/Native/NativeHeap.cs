using System.Runtime.InteropServices;

namespace LibMoE.Runtime;

/// <summary>
/// The heap that libtorch's tensors come from. By default the C library gives the memory of a large tensor back to the system as soon as it
/// is free, and the next step pays for clearing the same pages again.
/// </summary>
public static partial class NativeHeap
{
    /// <summary>M_TRIM_THRESHOLD and M_MMAP_MAX of mallopt(3).</summary>
    private const int TrimThreshold = -1;
    private const int MostMappings = -4;

    /// <summary>
    /// Lets this process keep what it frees, for the tensors of the next step. It holds on to its peak until it ends, so this is for a
    /// program to decide, not for a layer. Where the C library is another than GNU's, nothing happens.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = mallopt(MostMappings, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such switch.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
