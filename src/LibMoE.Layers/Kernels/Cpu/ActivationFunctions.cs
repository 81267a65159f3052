using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>φ of one number: an expert's hidden value is φ(u), or φ(g)·u where it is gated.</summary>
internal interface IActivationFunction
{
    /// <summary>φ(v).</summary>
    static abstract TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>φ(v) and φ′(v).</summary>
    static abstract TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>max(v, 0); the slope at 0 is 0, as libtorch has it.</summary>
internal readonly struct ReluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => TLanes.Max(TLanes.Broadcast(0f), v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0f);
        slope = TLanes.SelectGreater(v, zero, TLanes.Broadcast(1f), zero);
        return TLanes.Max(zero, v);
    }
}

/// <summary>max(v, 0)².</summary>
internal readonly struct ReluSquaredFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes>
    {
        var positive = TLanes.Max(TLanes.Broadcast(0f), v);
        return positive * positive;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var positive = TLanes.Max(TLanes.Broadcast(0f), v);
        slope = positive + positive;
        return positive * positive;
    }
}

/// <summary>v·Φ(v) with the normal distribution's Φ(v) = (1 + erf(v/√2)) / 2.</summary>
internal readonly struct GeluFunction : IActivationFunction
{
    private const float HalfRoot = 0.707106781f;
    private const float Density = 0.398942280f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => v * Cumulative(v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var cumulative = Cumulative(v);
        var density = TLanes.Broadcast(Density) * LaneMath.Exp(TLanes.Broadcast(-0.5f) * v * v);
        slope = TLanes.MultiplyAdd(v, density, cumulative);
        return v * cumulative;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Cumulative<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes>
    {
        var half = TLanes.Broadcast(0.5f);
        return TLanes.MultiplyAdd(half, LaneMath.Erf(v * TLanes.Broadcast(HalfRoot)), half);
    }
}

/// <summary>v/2·(1 + tanh(t)) = v·σ(2t) with t = √(2/π)·(v + 0.044715·v³).</summary>
internal readonly struct GeluTanhFunction : IActivationFunction
{
    private const float TwiceRoot = 1.59576912f;
    private const float Cube = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => v * LaneMath.Sigmoid(Twice(v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var sigmoid = LaneMath.Sigmoid(Twice(v));
        var value = v * sigmoid;
        var inner = TLanes.Broadcast(TwiceRoot) * TLanes.MultiplyAdd(TLanes.Broadcast(3 * Cube), v * v, TLanes.Broadcast(1f));
        slope = TLanes.MultiplyAdd(inner, value - value * sigmoid, sigmoid);
        return value;
    }

    /// <summary>2t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Twice<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.Broadcast(TwiceRoot) * v * TLanes.MultiplyAdd(TLanes.Broadcast(Cube), v * v, TLanes.Broadcast(1f));
}

/// <summary>v·σ(1.702·v).</summary>
internal readonly struct QuickGeluFunction : IActivationFunction
{
    private const float Steepness = 1.702f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => v * LaneMath.Sigmoid(TLanes.Broadcast(Steepness) * v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var sigmoid = LaneMath.Sigmoid(TLanes.Broadcast(Steepness) * v);
        var value = v * sigmoid;
        slope = TLanes.MultiplyAdd(TLanes.Broadcast(Steepness), value - value * sigmoid, sigmoid);
        return value;
    }
}

/// <summary>v·σ(v).</summary>
internal readonly struct SiluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => v * LaneMath.Sigmoid(v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var sigmoid = LaneMath.Sigmoid(v);
        var value = v * sigmoid;
        // σ + v·σ·(1 − σ) = σ + value − value·σ
        slope = sigmoid + value - value * sigmoid;
        return value;
    }
}
