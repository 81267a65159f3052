using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The functions of the halves of a gated activation, a = Gate(g)·Up(u), alone and with their derivatives.</summary>
internal interface IGatedHalves
{
    T Gate<T>(T g)
        where T : struct, ILanes<T>;

    T Gate<T>(T g, out T slope)
        where T : struct, ILanes<T>;

    T Up<T>(T u)
        where T : struct, ILanes<T>;

    T Up<T>(T u, out T slope)
        where T : struct, ILanes<T>;
}

/// <summary>φ(g)·u.</summary>
internal readonly struct PlainUp<TFunction> : IGatedHalves
    where TFunction : struct, IActivationFunction
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inlined)]
    public T Gate<T>(T g)
        where T : struct, ILanes<T> => TFunction.Value(g);

    [MethodImpl(Inlined)]
    public T Gate<T>(T g, out T slope)
        where T : struct, ILanes<T> => TFunction.Value(g, out slope);

    [MethodImpl(Inlined)]
    public T Up<T>(T u)
        where T : struct, ILanes<T> => u;

    [MethodImpl(Inlined)]
    public T Up<T>(T u, out T slope)
        where T : struct, ILanes<T>
    {
        slope = T.Broadcast(1f);
        return u;
    }
}
