using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>The rows of some tokens, times the weights of their picks.</summary>
internal abstract unsafe class WeighedRowsKernel
{
    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1.</summary>
    public static WeighedRowsKernel Create(int lanes) => lanes switch
    {
        16 => new WeighedRowsKernel<Lanes512>(),
        8 => new WeighedRowsKernel<Lanes256>(),
        1 => new WeighedRowsKernel<SingleLane>(),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>y = w·x for each pick of a token.</summary>
    public abstract void Forward(float* x, float* w, int tokens, int picks, int dim, float* y);

    /// <summary>dx = Σ_k w_k·g_k and dw_k = ⟨g_k, x⟩ of each token, from the gradient g to y.</summary>
    public abstract void Backward(float* x, float* w, float* g, int tokens, int picks, int dim, float* dx, float* dw);
}

/// <inheritdoc/>
internal sealed unsafe class WeighedRowsKernel<TLanes> : WeighedRowsKernel
    where TLanes : struct, ILanes<TLanes>
{
    public override void Forward(float* x, float* w, int tokens, int picks, int dim, float* y)
    {
        for (var token = 0; token < tokens; token++, x += dim)
        {
            for (var pick = 0; pick < picks; pick++, w++, y += dim)
            {
                var wide = TLanes.Broadcast(*w);
                var i = 0;
                for (; i <= dim - TLanes.Count; i += TLanes.Count)
                {
                    TLanes.Store(TLanes.Load(x + i) * wide, y + i);
                }

                for (; i < dim; i++)
                {
                    y[i] = x[i] * *w;
                }
            }
        }
    }

    public override void Backward(float* x, float* w, float* g, int tokens, int picks, int dim, float* dx, float* dw)
    {
        for (var token = 0; token < tokens; token++, x += dim, dx += dim)
        {
            for (var pick = 0; pick < picks; pick++, w++, dw++, g += dim)
            {
                *dw = Add(x, *w, g, dim, dx, over: pick == 0);
            }
        }
    }

    /// <summary>Puts or adds w·g to dx; returns ⟨g, x⟩.</summary>
    private static float Add(float* x, float w, float* g, int dim, float* dx, bool over)
    {
        var (wide, products) = (TLanes.Broadcast(w), TLanes.Broadcast(0f));
        var i = 0;
        for (; i <= dim - TLanes.Count; i += TLanes.Count)
        {
            var at = TLanes.Load(g + i);
            products = TLanes.MultiplyAdd(at, TLanes.Load(x + i), products);
            TLanes.Store(over ? at * wide : TLanes.MultiplyAdd(at, wide, TLanes.Load(dx + i)), dx + i);
        }

        var sum = TLanes.Sum(products);
        for (; i < dim; i++)
        {
            sum += g[i] * x[i];
            dx[i] = over ? g[i] * w : dx[i] + g[i] * w;
        }

        return sum;
    }
}
