using System.Runtime.InteropServices;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cuda;

/// <summary>
/// <c>aten::_grouped_mm</c>, which TorchSharp does not wrap, through libtorch's dispatcher, so that autograd and every device take part.
/// Tests run it on the CPU, and on CUDA where there is a card.
/// </summary>
internal sealed unsafe class DispatcherGroupedMatmul : IGroupedMatmul
{
    private readonly delegate* unmanaged<byte*, byte*, ulong*, int> _call;
    private readonly delegate* unmanaged<nint, nint*, int> _share;

    private DispatcherGroupedMatmul(nint call, nint share)
    {
        _call = (delegate* unmanaged<byte*, byte*, ulong*, int>)call;
        _share = (delegate* unmanaged<nint, nint*, int>)share;
    }

    /// <summary>Null where this build of libtorch does not export its dispatcher.</summary>
    public static DispatcherGroupedMatmul? Found { get; } = Find();

    /// <inheritdoc/>
    public Tensor Multiply(Tensor a_ND, Tensor b_FDW, Tensor offsets_F)
    {
        // Arguments and result by the stable ABI: a tensor is its handle, an optional one a C heap cell with it; the call consumes both.
        var stack = stackalloc ulong[5];
        stack[0] = Share(a_ND);
        stack[1] = Share(b_FDW);
        var optional = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *optional = Share(offsets_F);
        (stack[2], stack[3], stack[4]) = ((ulong)optional, 0, 0);
        fixed (byte* name = "aten::_grouped_mm\0"u8, overload = "\0"u8)
        {
            if (_call(name, overload, stack) != 0)
            {
                throw new InvalidOperationException(
                    $"libtorch could not multiply [{string.Join(", ", a_ND.shape)}] with [{string.Join(", ", b_FDW.shape)}] by groups.");
            }
        }

        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    private static DispatcherGroupedMatmul? Find() =>
        TorchLibrary.Handle is { } library
        && NativeLibrary.TryGetExport(library, "aoti_torch_call_dispatcher", out var call)
        && NativeLibrary.TryGetExport(library, "aoti_torch_new_tensor_handle", out var share)
            ? new DispatcherGroupedMatmul(call, share)
            : null;

    private ulong Share(Tensor tensor)
    {
        nint shared;
        return _share(tensor.Handle, &shared) == 0
            ? (ulong)shared
            : throw new InvalidOperationException("libtorch gave no handle of a tensor.");
    }
}
