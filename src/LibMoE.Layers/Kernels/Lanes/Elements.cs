using System.Runtime.CompilerServices;

namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>How a kernel's operands lie in memory. The arithmetic is float32 for all of them.</summary>
internal unsafe interface IElement
{
    /// <summary>Bytes of one number.</summary>
    static abstract int Size { get; }

    static abstract TLanes Load<TLanes>(void* numbers, int index)
        where TLanes : struct, ILanes<TLanes>;

    static abstract void Store<TLanes>(void* numbers, int index, TLanes value)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>float32 in memory.</summary>
internal readonly unsafe struct Float32Element : IElement
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(void* numbers, int index)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)numbers + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(void* numbers, int index, TLanes value)
        where TLanes : struct, ILanes<TLanes> => TLanes.Store(value, (float*)numbers + index);
}

/// <summary>bfloat16 in memory, for processors that multiply it.</summary>
internal readonly unsafe struct BFloat16Element : IElement
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(void* numbers, int index)
        where TLanes : struct, ILanes<TLanes> => TLanes.LoadBFloat16((ushort*)numbers + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(void* numbers, int index, TLanes value)
        where TLanes : struct, ILanes<TLanes> => TLanes.StoreBFloat16(value, (ushort*)numbers + index);
}

/// <summary>
/// float32 in memory, rounded to bfloat16 wherever <see cref="BFloat16Element"/> would round: bfloat16 numerics for processors whose
/// bfloat16 matmul is many times slower than their float32 one.
/// </summary>
internal readonly unsafe struct RoundedElement : IElement
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(void* numbers, int index)
        where TLanes : struct, ILanes<TLanes> => TLanes.RoundToBFloat16(TLanes.Load((float*)numbers + index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(void* numbers, int index, TLanes value)
        where TLanes : struct, ILanes<TLanes> => TLanes.Store(TLanes.RoundToBFloat16(value), (float*)numbers + index);
}
