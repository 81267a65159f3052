using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>φ(min(g, L)) or min(φ(g), L), φ(a) = a·σ(β·a), and clamp(u, ±L) + offset. At a bound the slope is that of inside, beyond it
/// 0.</summary>
internal readonly struct ClampedSwiGlu(SwiGluOptions options) : IGatedHalves
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;

    private readonly float _limit = (float)options.Bound;
    private readonly float _slope = (float)options.Slope;
    private readonly float _offset = (float)options.UpOffset;
    private readonly bool _after = options.ClampAfterActivation;

    [MethodImpl(Inlined)]
    public T Gate<T>(T g)
        where T : struct, ILanes<T>
    {
        // The bound comes first: the processor's minimum returns its second argument where one is NaN.
        var limit = T.Broadcast(_limit);
        var inner = _after ? g : T.Min(limit, g);
        var value = inner * LaneMath.Sigmoid(T.Broadcast(_slope) * inner);
        return _after ? T.Min(limit, value) : value;
    }

    [MethodImpl(Inlined)]
    public T Gate<T>(T g, out T slope)
        where T : struct, ILanes<T>
    {
        var limit = T.Broadcast(_limit);
        var beta = T.Broadcast(_slope);
        var inner = _after ? g : T.Min(limit, g);
        var sigmoid = LaneMath.Sigmoid(beta * inner);
        var value = inner * sigmoid;
        // σ + v·β·σ·(1 − σ) = σ + β·(value − value·σ)
        slope = T.MultiplyAdd(beta, value - value * sigmoid, sigmoid);
        slope = T.SelectGreater(_after ? value : g, limit, T.Broadcast(0f), slope);
        return _after ? T.Min(limit, value) : value;
    }

    [MethodImpl(Inlined)]
    public T Up<T>(T u)
        where T : struct, ILanes<T>
    {
        var limit = T.Broadcast(_limit);
        return T.Max(T.Broadcast(-_limit), T.Min(limit, u)) + T.Broadcast(_offset);
    }

    [MethodImpl(Inlined)]
    public T Up<T>(T u, out T slope)
        where T : struct, ILanes<T>
    {
        slope = T.SelectGreater(T.Abs(u), T.Broadcast(_limit), T.Broadcast(0f), T.Broadcast(1f));
        return Up(u);
    }
}
