using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>Root-mean-square normalisation of some rows.</summary>
internal abstract unsafe class RmsNormKernel
{
    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1.</summary>
    public static RmsNormKernel Create(int lanes) => lanes switch
    {
        16 => new RmsNormKernel<Lanes512>(),
        8 => new RmsNormKernel<Lanes256>(),
        1 => new RmsNormKernel<SingleLane>(),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>y = x·r ⊙ w; r goes to inverse where that is not null.</summary>
    public abstract void Forward(float* x, float* w, float epsilon, int rows, int dim, float* y, float* inverse);

    /// <summary>dx from the gradient g to y, and dw += Σ g ⊙ x·r.</summary>
    public abstract void Backward(float* x, float* w, float* inverse, float* g, int rows, int dim, float* dx, float* dw);
}

/// <inheritdoc/>
internal sealed unsafe class RmsNormKernel<TLanes> : RmsNormKernel
    where TLanes : struct, ILanes<TLanes>
{
    public override void Forward(float* x, float* w, float epsilon, int rows, int dim, float* y, float* inverse)
    {
        for (var row = 0; row < rows; row++, x += dim, y += dim)
        {
            var r = 1 / MathF.Sqrt(SumOfProducts(x, x, dim) / dim + epsilon);
            if (inverse is not null)
            {
                inverse[row] = r;
            }

            var wide = TLanes.Broadcast(r);
            var i = 0;
            for (; i <= dim - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(x + i) * wide * TLanes.Load(w + i), y + i);
            }

            for (; i < dim; i++)
            {
                y[i] = x[i] * r * w[i];
            }
        }
    }

    public override void Backward(float* x, float* w, float* inverse, float* g, int rows, int dim, float* dx, float* dw)
    {
        for (var row = 0; row < rows; row++, x += dim, g += dim, dx += dim)
        {
            var r = inverse[row];
            // dx first receives g ⊙ w, which two sums need.
            var projected = r * r * Weighted(x, w, g, dim, dx) / dim;
            var (scale, share) = (TLanes.Broadcast(r), TLanes.Broadcast(-projected * r));
            var i = 0;
            for (; i <= dim - TLanes.Count; i += TLanes.Count)
            {
                var at = TLanes.Load(x + i);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(g + i) * scale, at, TLanes.Load(dw + i)), dw + i);
                TLanes.Store(TLanes.MultiplyAdd(at, share, TLanes.Load(dx + i) * scale), dx + i);
            }

            for (; i < dim; i++)
            {
                dw[i] += g[i] * r * x[i];
                dx[i] = dx[i] * r - x[i] * projected * r;
            }
        }
    }

    /// <summary>gw = g ⊙ w; returns Σ gw·x.</summary>
    private static float Weighted(float* x, float* w, float* g, int dim, float* gw)
    {
        var i = 0;
        for (; i <= dim - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Load(g + i) * TLanes.Load(w + i), gw + i);
        }

        for (; i < dim; i++)
        {
            gw[i] = g[i] * w[i];
        }

        return SumOfProducts(gw, x, dim);
    }

    private static float SumOfProducts(float* a, float* b, int count)
    {
        var (even, odd) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        var i = 0;
        for (; i <= count - 2 * TLanes.Count; i += 2 * TLanes.Count)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), even);
            odd = TLanes.MultiplyAdd(TLanes.Load(a + i + TLanes.Count), TLanes.Load(b + i + TLanes.Count), odd);
        }

        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), even);
        }

        var sum = TLanes.Sum(even + odd);
        for (; i < count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
