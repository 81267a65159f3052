using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>4·tanh(g/4)·σ(g) and 25·tanh(u/25) (Kimi K3).</summary>
internal readonly struct SiTuHalves : IGatedHalves
{
    private const MethodImplOptions Inlined = MethodImplOptions.AggressiveInlining;
    private const float GateSaturation = 4f;
    private const float UpSaturation = 25f;

    [MethodImpl(Inlined)]
    public T Gate<T>(T g)
        where T : struct, ILanes<T> =>
        T.Broadcast(GateSaturation) * LaneMath.Tanh(g * T.Broadcast(1 / GateSaturation)) * LaneMath.Sigmoid(g);

    [MethodImpl(Inlined)]
    public T Gate<T>(T g, out T slope)
        where T : struct, ILanes<T>
    {
        var tanh = LaneMath.Tanh(g * T.Broadcast(1 / GateSaturation));
        var sigmoid = LaneMath.Sigmoid(g);
        var value = T.Broadcast(GateSaturation) * tanh * sigmoid;
        // (1 − tanh²)·σ + 4·tanh·σ·(1 − σ)
        slope = sigmoid - tanh * tanh * sigmoid + value - value * sigmoid;
        return value;
    }

    [MethodImpl(Inlined)]
    public T Up<T>(T u)
        where T : struct, ILanes<T> => T.Broadcast(UpSaturation) * LaneMath.Tanh(u * T.Broadcast(1 / UpSaturation));

    [MethodImpl(Inlined)]
    public T Up<T>(T u, out T slope)
        where T : struct, ILanes<T>
    {
        var tanh = LaneMath.Tanh(u * T.Broadcast(1 / UpSaturation));
        slope = T.Broadcast(1f) - tanh * tanh;
        return T.Broadcast(UpSaturation) * tanh;
    }
}
