using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>act([g | u]) = Gate(g)·Up(u).</summary>
internal sealed unsafe class GatedActivationKernel<TLanes, TElement, THalves>(THalves halves) : ActivationKernel
    where TLanes : struct, ILanes<TLanes>
    where TElement : struct, IElement
    where THalves : struct, IGatedHalves
{
    public override void Forward(void* h, float* w, void* a, int rows, int hidden)
    {
        for (var row = 0; row < rows; row++)
        {
            var weight = w is null ? 1f : w[row];
            var gate = 2 * row * hidden;
            var i = 0;
            for (; i <= hidden - TLanes.Count; i += TLanes.Count)
            {
                ForwardAt<TLanes>(h, weight, a, gate + i, gate + hidden + i, row * hidden + i);
            }

            for (; i < hidden; i++)
            {
                ForwardAt<SingleLane>(h, weight, a, gate + i, gate + hidden + i, row * hidden + i);
            }
        }
    }

    public override void Backward(void* h, float* w, void* d, void* dh, float* dw, int rows, int hidden)
    {
        for (var row = 0; row < rows; row++)
        {
            var weight = w is null ? 1f : w[row];
            var gate = 2 * row * hidden;
            var i = 0;
            var sums = TLanes.Broadcast(0f);
            for (; i <= hidden - TLanes.Count; i += TLanes.Count)
            {
                sums += BackwardAt<TLanes>(h, weight, d, dh, gate + i, gate + hidden + i, row * hidden + i);
            }

            var sum = TLanes.Sum(sums);
            for (; i < hidden; i++)
            {
                sum += SingleLane.Sum(BackwardAt<SingleLane>(h, weight, d, dh, gate + i, gate + hidden + i, row * hidden + i));
            }

            if (dw is not null)
            {
                dw[row] = sum;
            }
        }
    }

    private void ForwardAt<T>(void* h, float weight, void* a, int gate, int up, int i)
        where T : struct, ILanes<T>
    {
        TElement.Store(a, i, halves.Gate(TElement.Load<T>(h, gate)) * halves.Up(TElement.Load<T>(h, up)) * T.Broadcast(weight));
    }

    private T BackwardAt<T>(void* h, float weight, void* d, void* dh, int gate, int up, int i)
        where T : struct, ILanes<T>
    {
        var value = halves.Gate(TElement.Load<T>(h, gate), out var gateSlope);
        var upValue = halves.Up(TElement.Load<T>(h, up), out var upSlope);
        var gradient = TElement.Load<T>(d, i);
        var weighted = gradient * T.Broadcast(weight);
        var product = value * upValue;
        TElement.Store(d, i, product * T.Broadcast(weight));
        TElement.Store(dh, gate, weighted * upValue * gateSlope);
        TElement.Store(dh, up, weighted * value * upSlope);
        return gradient * product;
    }
}
