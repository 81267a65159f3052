using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>Sixteen numbers, for AVX-512.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    public Vector512<float> Value => _value;

    [MethodImpl(Inlined)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(Inlined)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inlined)]
    public static void Store(Lanes512 value, float* target) => value._value.Store(target);

    [MethodImpl(Inlined)]
    public static Lanes512 LoadBFloat16(ushort* source)
    {
        var halves = Vector256.Load(source);
        var bits = Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
        return new(Vector512.ShiftLeft(bits, 16).AsSingle());
    }

    [MethodImpl(Inlined)]
    public static void StoreBFloat16(Lanes512 value, ushort* target)
    {
        var bits = Vector512.ShiftRightLogical(RoundToBFloat16(value)._value.AsUInt32(), 16);
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store(target);
    }

    [MethodImpl(Inlined)]
    public static Lanes512 RoundToBFloat16(Lanes512 value)
    {
        var bits = value._value.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, 16) & Vector512<uint>.One;
        var rounded = (bits + Vector512.Create(0x7fffu) + odd) & Vector512.Create(0xffff0000u);
        // Rounding up would turn some NaNs into infinities or zeros.
        var number = Vector512.Equals(value._value, value._value);
        return new(Vector512.ConditionalSelect(number, rounded.AsSingle(), Vector512.Create(float.NaN)));
    }

    [MethodImpl(Inlined)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inlined)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(Inlined)]
    public static Lanes512 Sqrt(Lanes512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(Inlined)]
    public static Lanes512 Round(Lanes512 value) => new(Vector512.Round(value._value));

    [MethodImpl(Inlined)]
    public static Lanes512 PowerOfTwo(Lanes512 n)
    {
        var exponent = Vector512.ConvertToInt32Native(n._value) + Vector512.Create(127);
        return new(Vector512.ShiftLeft(exponent, 23).AsSingle());
    }

    [MethodImpl(Inlined)]
    public static Lanes512 SelectGreater(Lanes512 a, Lanes512 b, Lanes512 then, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._value, b._value), then._value, otherwise._value));

    [MethodImpl(Inlined)]
    public static float Sum(Lanes512 value) => Vector512.Sum(value._value);

    [MethodImpl(Inlined)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(Inlined)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    [MethodImpl(Inlined)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    [MethodImpl(Inlined)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);
}
