using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>The numbers of dense tensors in host memory.</summary>
internal static class HostMemory
{
    /// <summary>They live as long as the tensor.</summary>
    public static Span<TNumber> Numbers<TNumber>(Tensor tensor)
        where TNumber : struct => MemoryMarshal.Cast<byte, TNumber>(tensor.bytes);
}
