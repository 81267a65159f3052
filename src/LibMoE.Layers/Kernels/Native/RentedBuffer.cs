using System.Buffers;
using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>Scratch memory of one pass, from the process's array pool: warm pages instead of fresh ones.
/// Its content is undefined.</summary>
internal sealed unsafe class RentedBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly byte[] _array;
    private GCHandle _pin;

    public RentedBuffer(long bytes)
    {
        _array = ArrayPool<byte>.Shared.Rent(checked((int)bytes + Alignment));
        _pin = GCHandle.Alloc(_array, GCHandleType.Pinned);
        Pointer = (byte*)(((nint)_pin.AddrOfPinnedObject() + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    /// <summary>The memory, aligned to a cache line.</summary>
    public byte* Pointer { get; }

    /// <summary>How many pieces of that size one buffer holds at most.</summary>
    public static int Most(long bytes) => (int)Math.Min(int.MaxValue, (Array.MaxLength - Alignment) / Math.Max(1, bytes));

    /// <summary>That many bytes filled up to whole cache lines.</summary>
    public static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    public void Dispose()
    {
        if (_pin.IsAllocated)
        {
            _pin.Free();
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
