using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Optimizer;

/// <summary>The arithmetic of the update on a run of numbers.</summary>
internal abstract unsafe class AdamWKernel
{
    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1.</summary>
    public static AdamWKernel Create(int lanes) => lanes switch
    {
        16 => new AdamWKernel<Lanes512>(),
        8 => new AdamWKernel<Lanes256>(),
        1 => new AdamWKernel<SingleLane>(),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>Updates count numbers of a parameter.</summary>
    public abstract void Update(
        AdamWRates rates, AdamWUpdate of, float* parameter, float* gradient, float* mean, float* square, long count);

    /// <summary>
    /// Σ g² over count numbers: float32 sums over short runs, float64 over the runs. A run whose squares leave float32, or come near its
    /// lower end, is summed in float64, so that the sum is as exact for gradients of 1e-40 or 1e38 as for others.
    /// </summary>
    public abstract double SumOfSquares(float* gradient, long count);

    /// <summary>Σ g² in float64 throughout.</summary>
    protected static double WideSumOfSquares(float* gradient, long count)
    {
        var sum = 0.0;
        for (var i = 0L; i < count; i++)
        {
            sum += (double)gradient[i] * gradient[i];
        }

        return sum;
    }
}

/// <inheritdoc/>
internal sealed unsafe class AdamWKernel<TLanes> : AdamWKernel
    where TLanes : struct, ILanes<TLanes>
{
    private const int ShortRun = 256;

    /// <summary>Below it, squares that vanish or lose digits (256 of at most 1.2e-38) could be more than a float32
    /// sum's rounding.</summary>
    private const float LeastExact = 1e-28f;

    public override void Update(AdamWRates rates, AdamWUpdate of, float* parameter, float* gradient, float* mean, float* square, long count)
    {
        var wide = new Factors<TLanes>(rates, of);
        var i = 0L;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            wide.Update(parameter + i, gradient + i, mean + i, square + i);
        }

        var single = new Factors<SingleLane>(rates, of);
        for (; i < count; i++)
        {
            single.Update(parameter + i, gradient + i, mean + i, square + i);
        }
    }

    public override double SumOfSquares(float* gradient, long count)
    {
        var sum = 0.0;
        for (var start = 0L; start < count; start += ShortRun)
        {
            var end = Math.Min(count, start + ShortRun);
            var squares = TLanes.Broadcast(0f);
            var i = start;
            for (; i <= end - TLanes.Count; i += TLanes.Count)
            {
                var g = TLanes.Load(gradient + i);
                squares = TLanes.MultiplyAdd(g, g, squares);
            }

            var run = TLanes.Sum(squares);
            sum += run is >= LeastExact and < float.PositiveInfinity ? run : WideSumOfSquares(gradient + start, i - start);
            for (; i < end; i++)
            {
                sum += (double)gradient[i] * gradient[i];
            }
        }

        return sum;
    }

    /// <summary>The factors of one parameter's update, spread over the lanes.</summary>
    private readonly struct Factors<T>(AdamWRates rates, AdamWUpdate of)
        where T : struct, ILanes<T>
    {
        private readonly T _scale = T.Broadcast((float)rates.GradientScale);
        private readonly T _keepMean = T.Broadcast((float)rates.Beta1);
        private readonly T _addMean = T.Broadcast((float)(1 - rates.Beta1));
        private readonly T _keepSquare = T.Broadcast((float)rates.Beta2);
        private readonly T _addSquare = T.Broadcast((float)(1 - rates.Beta2));
        private readonly T _keep = T.Broadcast((float)rates.Keep(of.Decay));
        private readonly T _step = T.Broadcast((float)-rates.StepSize(of.Step));
        private readonly T _root = T.Broadcast((float)(1 / rates.RootCorrection(of.Step)));
        private readonly T _epsilon = T.Broadcast((float)rates.Epsilon);

        public void Update(float* parameter, float* gradient, float* mean, float* square)
        {
            var g = T.Load(gradient) * _scale;
            var m = T.MultiplyAdd(T.Load(mean), _keepMean, g * _addMean);
            var v = T.MultiplyAdd(T.Load(square), _keepSquare, g * g * _addSquare);
            var change = _step * m / T.MultiplyAdd(T.Sqrt(v), _root, _epsilon);
            T.Store(m, mean);
            T.Store(v, square);
            T.Store(T.MultiplyAdd(T.Load(parameter), _keep, change), parameter);
        }
    }
}
