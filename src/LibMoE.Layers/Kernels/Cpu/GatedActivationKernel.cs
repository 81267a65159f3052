using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>act([g | u]) = φ(g)·u.</summary>
internal sealed unsafe class GatedActivationKernel<TLanes, TElement, TFunction> : ActivationKernel
    where TLanes : struct, ILanes<TLanes>
    where TElement : struct, IElement
    where TFunction : struct, IActivationFunction
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

    private static void ForwardAt<T>(void* h, float weight, void* a, int gate, int up, int i)
        where T : struct, ILanes<T>
    {
        TElement.Store(a, i, TFunction.Value(TElement.Load<T>(h, gate)) * TElement.Load<T>(h, up) * T.Broadcast(weight));
    }

    private static T BackwardAt<T>(void* h, float weight, void* d, void* dh, int gate, int up, int i)
        where T : struct, ILanes<T>
    {
        var value = TFunction.Value(TElement.Load<T>(h, gate), out var slope);
        var upValue = TElement.Load<T>(h, up);
        var gradient = TElement.Load<T>(d, i);
        var weighted = gradient * T.Broadcast(weight);
        var product = value * upValue;
        TElement.Store(d, i, product * T.Broadcast(weight));
        TElement.Store(dh, gate, weighted * upValue * slope);
        TElement.Store(dh, up, weighted * value);
        return gradient * product;
    }
}
