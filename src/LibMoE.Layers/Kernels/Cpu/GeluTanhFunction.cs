using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>v·(1 + tanh z)/2 = v·σ(2z), z = √(2/π)·(v + 0.044715·v³).</summary>
internal readonly struct GeluTanhFunction : IActivationFunction
{
    /// <summary>2·√(2/π).</summary>
    private const float Twice = 1.59576912f;

    private const float Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> => v * LaneMath.Sigmoid(Inner(v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Value<TLanes>(TLanes v, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>
    {
        var sigmoid = LaneMath.Sigmoid(Inner(v));
        var value = v * sigmoid;
        var inner = TLanes.MultiplyAdd(TLanes.Broadcast(3 * Cubic * Twice), v * v, TLanes.Broadcast(Twice));
        slope = TLanes.MultiplyAdd(value - value * sigmoid, inner, sigmoid);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Inner<TLanes>(TLanes v)
        where TLanes : struct, ILanes<TLanes> =>
        v * TLanes.MultiplyAdd(TLanes.Broadcast(Cubic * Twice), v * v, TLanes.Broadcast(Twice));
}
