using System.Runtime.CompilerServices;

namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>One number: the ends of rows that a wider kernel does not fill, and machines without vectors.</summary>
internal readonly unsafe struct SingleLane(float value) : ILanes<SingleLane>
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;

    private readonly float _value = value;

    public static int Count => 1;

    [MethodImpl(Inlined)]
    public static SingleLane Broadcast(float value) => new(value);

    [MethodImpl(Inlined)]
    public static SingleLane Load(float* source) => new(*source);

    [MethodImpl(Inlined)]
    public static void Store(SingleLane value, float* target) => *target = value._value;

    [MethodImpl(Inlined)]
    public static SingleLane LoadBFloat16(ushort* source) => new(BitConverter.UInt32BitsToSingle((uint)*source << 16));

    [MethodImpl(Inlined)]
    public static void StoreBFloat16(SingleLane value, ushort* target) =>
        *target = (ushort)(BitConverter.SingleToUInt32Bits(RoundToBFloat16(value)._value) >> 16);

    [MethodImpl(Inlined)]
    public static SingleLane RoundToBFloat16(SingleLane value)
    {
        if (float.IsNaN(value._value))
        {
            return value;
        }

        var bits = BitConverter.SingleToUInt32Bits(value._value);
        return new(BitConverter.UInt32BitsToSingle((bits + 0x7fffu + ((bits >> 16) & 1)) & 0xffff0000u));
    }

    [MethodImpl(Inlined)]
    public static SingleLane MultiplyAdd(SingleLane a, SingleLane b, SingleLane c) =>
        new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inlined)]
    public static SingleLane Max(SingleLane a, SingleLane b) => new(float.MaxNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static SingleLane Min(SingleLane a, SingleLane b) => new(float.MinNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static SingleLane Abs(SingleLane value) => new(MathF.Abs(value._value));

    [MethodImpl(Inlined)]
    public static SingleLane Sqrt(SingleLane value) => new(MathF.Sqrt(value._value));

    [MethodImpl(Inlined)]
    public static SingleLane Round(SingleLane value) => new(MathF.Round(value._value));

    [MethodImpl(Inlined)]
    public static SingleLane PowerOfTwo(SingleLane n) => new(BitConverter.Int32BitsToSingle(((int)n._value + 127) << 23));

    [MethodImpl(Inlined)]
    public static SingleLane SelectGreater(SingleLane a, SingleLane b, SingleLane then, SingleLane otherwise) =>
        a._value > b._value ? then : otherwise;

    [MethodImpl(Inlined)]
    public static float Sum(SingleLane value) => value._value;

    [MethodImpl(Inlined)]
    public static SingleLane operator +(SingleLane a, SingleLane b) => new(a._value + b._value);

    [MethodImpl(Inlined)]
    public static SingleLane operator -(SingleLane a, SingleLane b) => new(a._value - b._value);

    [MethodImpl(Inlined)]
    public static SingleLane operator *(SingleLane a, SingleLane b) => new(a._value * b._value);

    [MethodImpl(Inlined)]
    public static SingleLane operator /(SingleLane a, SingleLane b) => new(a._value / b._value);
}
