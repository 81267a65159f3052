using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>Eight numbers, for AVX2.</summary>
internal readonly unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _value = value;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(Inlined)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(Inlined)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inlined)]
    public static void Store(Lanes256 value, float* target) => value._value.Store(target);

    [MethodImpl(Inlined)]
    public static Lanes256 LoadBFloat16(ushort* source)
    {
        var halves = Vector128.Load(source);
        var bits = Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
        return new(Vector256.ShiftLeft(bits, 16).AsSingle());
    }

    [MethodImpl(Inlined)]
    public static void StoreBFloat16(Lanes256 value, ushort* target)
    {
        var bits = Vector256.ShiftRightLogical(RoundToBFloat16(value)._value.AsUInt32(), 16);
        Vector128.Narrow(bits.GetLower(), bits.GetUpper()).Store(target);
    }

    [MethodImpl(Inlined)]
    public static Lanes256 RoundToBFloat16(Lanes256 value)
    {
        var bits = value._value.AsUInt32();
        var odd = Vector256.ShiftRightLogical(bits, 16) & Vector256<uint>.One;
        var rounded = (bits + Vector256.Create(0x7fffu) + odd) & Vector256.Create(0xffff0000u);
        // Rounding up would turn some NaNs into infinities or zeros.
        var number = Vector256.Equals(value._value, value._value);
        return new(Vector256.ConditionalSelect(number, rounded.AsSingle(), Vector256.Create(float.NaN)));
    }

    [MethodImpl(Inlined)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inlined)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._value, b._value));

    [MethodImpl(Inlined)]
    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value._value));

    [MethodImpl(Inlined)]
    public static Lanes256 Sqrt(Lanes256 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(Inlined)]
    public static Lanes256 Round(Lanes256 value) => new(Vector256.Round(value._value));

    [MethodImpl(Inlined)]
    public static Lanes256 PowerOfTwo(Lanes256 n)
    {
        var exponent = Vector256.ConvertToInt32Native(n._value) + Vector256.Create(127);
        return new(Vector256.ShiftLeft(exponent, 23).AsSingle());
    }

    [MethodImpl(Inlined)]
    public static Lanes256 SelectGreater(Lanes256 a, Lanes256 b, Lanes256 then, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._value, b._value), then._value, otherwise._value));

    [MethodImpl(Inlined)]
    public static float Sum(Lanes256 value) => Vector256.Sum(value._value);

    [MethodImpl(Inlined)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._value + b._value);

    [MethodImpl(Inlined)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._value - b._value);

    [MethodImpl(Inlined)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._value * b._value);

    [MethodImpl(Inlined)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._value / b._value);
}
