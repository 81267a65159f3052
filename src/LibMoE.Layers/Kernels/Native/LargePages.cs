using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// Asks Linux to back fresh memory with large pages. The gradients of many experts are as large as the experts, and libtorch takes such
/// memory again in every step: touching it costs a page fault per 4 KiB otherwise. Parameters and moments of the optimiser are passed over
/// in every step, and of a matrix every row lies in other small pages. Elsewhere, and for small memory, nothing happens.
/// </summary>
internal static unsafe partial class LargePages
{
    private const long Least = 4L << 20;

    /// <summary>MADV_HUGEPAGE.</summary>
    private const int HugePage = 14;

    /// <summary>Asks for the memory of a dense tensor that is about to be written for the first time. A refusal changes nothing but the
    /// speed.</summary>
    /// <returns>The tensor.</returns>
    public static Tensor Advise(Tensor tensor)
    {
        var bytes = tensor.ElementSize * tensor.numel();
        if (bytes < Least || tensor.device_type != DeviceType.CPU || !OperatingSystem.IsLinux() || TorchLibrary.Loaded is not { } library)
        {
            return tensor;
        }

        nint page = Environment.SystemPageSize;
        var memory = (nint)library.Pointer(tensor);
        var start = (memory + page - 1) / page * page;
        var end = (memory + (nint)bytes) / page * page;
        _ = madvise((void*)start, (nuint)(end - start), HugePage);
        return tensor;
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* start, nuint length, int advice);
}
