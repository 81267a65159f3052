using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>act(u) = φ(u).</summary>
internal sealed unsafe class PlainActivationKernel<TLanes, TElement, TFunction> : ActivationKernel
    where TLanes : struct, ILanes<TLanes>
    where TElement : struct, IElement
    where TFunction : struct, IActivationFunction
{
    public override void Forward(void* h, float* w, void* a, int rows, int hidden)
    {
        for (var row = 0; row < rows; row++)
        {
            var weight = w is null ? 1f : w[row];
            var start = row * hidden;
            var end = start + hidden;
            var i = start;
            for (; i <= end - TLanes.Count; i += TLanes.Count)
            {
                ForwardAt<TLanes>(h, weight, a, i);
            }

            for (; i < end; i++)
            {
                ForwardAt<SingleLane>(h, weight, a, i);
            }
        }
    }

    public override void Backward(void* h, float* w, void* d, void* dh, float* dw, int rows, int hidden)
    {
        for (var row = 0; row < rows; row++)
        {
            var weight = w is null ? 1f : w[row];
            var start = row * hidden;
            var end = start + hidden;
            var i = start;
            var sums = TLanes.Broadcast(0f);
            for (; i <= end - TLanes.Count; i += TLanes.Count)
            {
                sums += BackwardAt<TLanes>(h, weight, d, dh, i);
            }

            var sum = TLanes.Sum(sums);
            for (; i < end; i++)
            {
                sum += SingleLane.Sum(BackwardAt<SingleLane>(h, weight, d, dh, i));
            }

            if (dw is not null)
            {
                dw[row] = sum;
            }
        }
    }

    private static void ForwardAt<T>(void* h, float weight, void* a, int i)
        where T : struct, ILanes<T>
    {
        TElement.Store(a, i, TFunction.Value(TElement.Load<T>(h, i)) * T.Broadcast(weight));
    }

    private static T BackwardAt<T>(void* h, float weight, void* d, void* dh, int i)
        where T : struct, ILanes<T>
    {
        var value = TFunction.Value(TElement.Load<T>(h, i), out var slope);
        var gradient = TElement.Load<T>(d, i);
        var weights = T.Broadcast(weight);
        TElement.Store(d, i, value * weights);
        TElement.Store(dh, i, gradient * weights * slope);
        return gradient * value;
    }
}
