using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>The product of one row and a matrix, as decoding has it: the matrix is read once, where it lies.</summary>
/// <remarks>A number of the result is one sum in one order, whatever part it is in: the bits do not depend on the threads.</remarks>
internal abstract unsafe class RowProduct
{
    /// <summary>Outputs of a part, a multiple of every vector width.</summary>
    private const int PartOutputs = 256;

    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1.</summary>
    public static RowProduct Create(int lanes) => lanes switch
    {
        16 => new RowProduct<Lanes512>(),
        8 => new RowProduct<Lanes256>(),
        1 => new RowProduct<SingleLane>(),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>y_O = W_OI·x_I + b_O.</summary>
    /// <param name="torch">Its threads compute where there is enough to do.</param>
    /// <param name="w_OI">A projection's matrix: an output's weights stand in a row.</param>
    /// <param name="x_I">The row.</param>
    /// <param name="b_O">The bias; null is none.</param>
    /// <param name="outputs">O.</param>
    /// <param name="inputs">I.</param>
    /// <param name="y_O">The result.</param>
    public void OfRows(TorchLibrary torch, float* w_OI, float* x_I, float* b_O, int outputs, int inputs, float* y_O) =>
        Run(torch, new Call(this, true, w_OI, x_I, b_O, outputs, inputs, y_O));

    /// <summary>y_O = x_I·W_IO + b_O.</summary>
    /// <param name="torch">Its threads compute where there is enough to do.</param>
    /// <param name="w_IO">An expert's matrix: an output's weights stand in a column.</param>
    /// <param name="x_I">The row.</param>
    /// <param name="b_O">The bias; null is none.</param>
    /// <param name="outputs">O.</param>
    /// <param name="inputs">I.</param>
    /// <param name="y_O">The result.</param>
    public void OfColumns(TorchLibrary torch, float* w_IO, float* x_I, float* b_O, int outputs, int inputs, float* y_O) =>
        Run(torch, new Call(this, false, w_IO, x_I, b_O, outputs, inputs, y_O));

    /// <summary>The outputs from one on, before another.</summary>
    protected abstract void Rows(float* w_OI, float* x_I, int from, int to, int inputs, float* y_O);

    /// <inheritdoc cref="Rows"/>
    protected abstract void Columns(float* w_IO, float* x_I, int from, int to, int outputs, int inputs, float* y_O);

    private static void Run(TorchLibrary torch, Call call)
    {
        var workers = WorkerTask.Workers(2L * call.Outputs * call.Inputs);
        if (workers == 1)
        {
            call.Compute(0, call.Outputs);
            return;
        }

        new Parts(call).Run(torch, (call.Outputs + PartOutputs - 1) / PartOutputs, workers);
    }

    /// <summary>One product.</summary>
    private readonly struct Call(
        RowProduct product, bool byRows, float* w, float* x_I, float* b_O, int outputs, int inputs, float* y_O)
    {
        public int Outputs => outputs;

        public int Inputs => inputs;

        public void Compute(int from, int to)
        {
            if (byRows)
            {
                product.Rows(w, x_I, from, to, inputs, y_O);
            }
            else
            {
                product.Columns(w, x_I, from, to, outputs, inputs, y_O);
            }

            for (var o = from; b_O is not null && o < to; o++)
            {
                y_O[o] += b_O[o];
            }
        }
    }

    private sealed class Parts(Call call) : WorkerTask
    {
        protected override void Run(int part, int worker) =>
            call.Compute(part * PartOutputs, Math.Min(call.Outputs, (part + 1) * PartOutputs));
    }
}

/// <inheritdoc/>
internal sealed unsafe class RowProduct<TLanes> : RowProduct
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>How many rows of the matrix one pass takes in, so that sums do not wait for each other.</summary>
    private const int Depth = 4;

    protected override void Rows(float* w_OI, float* x_I, int from, int to, int inputs, float* y_O)
    {
        var o = from;
        for (; o <= to - Depth; o += Depth)
        {
            FourRows(w_OI + (long)o * inputs, x_I, inputs, y_O + o);
        }

        for (; o < to; o++)
        {
            y_O[o] = OneRow(w_OI + (long)o * inputs, x_I, inputs);
        }
    }

    protected override void Columns(float* w_IO, float* x_I, int from, int to, int outputs, int inputs, float* y_O)
    {
        new Span<float>(y_O + from, to - from).Clear();
        var i = 0;
        for (; i <= inputs - Depth; i += Depth)
        {
            AddFour(w_IO + (long)i * outputs, x_I + i, from, to, outputs, y_O);
        }

        for (; i < inputs; i++)
        {
            var w_O = w_IO + (long)i * outputs;
            for (var o = from; o < to; o++)
            {
                y_O[o] = MathF.FusedMultiplyAdd(x_I[i], w_O[o], y_O[o]);
            }
        }
    }

    private static void FourRows(float* w, float* x, int inputs, float* y)
    {
        float* w0 = w, w1 = w + inputs, w2 = w + 2L * inputs, w3 = w + 3L * inputs;
        var zero = TLanes.Broadcast(0f);
        var (s0, s1, s2, s3) = (zero, zero, zero, zero);
        var i = 0;
        for (; i <= inputs - TLanes.Count; i += TLanes.Count)
        {
            Fetch(w0 + i, inputs);
            var wide = TLanes.Load(x + i);
            s0 = TLanes.MultiplyAdd(TLanes.Load(w0 + i), wide, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Load(w1 + i), wide, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Load(w2 + i), wide, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Load(w3 + i), wide, s3);
        }

        y[0] = TLanes.Sum(s0) + Rest(w0, x, i, inputs);
        y[1] = TLanes.Sum(s1) + Rest(w1, x, i, inputs);
        y[2] = TLanes.Sum(s2) + Rest(w2, x, i, inputs);
        y[3] = TLanes.Sum(s3) + Rest(w3, x, i, inputs);
    }

    /// <summary>Fetches what the next four rows of the matrix have in the same place: these come from memory, and the processor's own
    /// fetching ends with each page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* w, int width)
    {
        if (Sse.IsSupported)
        {
            var next = w + (long)Depth * width;
            Sse.Prefetch0(next);
            Sse.Prefetch0(next + width);
            Sse.Prefetch0(next + 2L * width);
            Sse.Prefetch0(next + 3L * width);
        }
    }

    private static float OneRow(float* w, float* x, int inputs)
    {
        var sum = TLanes.Broadcast(0f);
        var i = 0;
        for (; i <= inputs - TLanes.Count; i += TLanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(w + i), TLanes.Load(x + i), sum);
        }

        return TLanes.Sum(sum) + Rest(w, x, i, inputs);
    }

    private static float Rest(float* w, float* x, int from, int inputs)
    {
        var sum = 0f;
        for (var i = from; i < inputs; i++)
        {
            sum = MathF.FusedMultiplyAdd(w[i], x[i], sum);
        }

        return sum;
    }

    /// <summary>y[:] += Σ x[i]·w[i, :] over four rows.</summary>
    private static void AddFour(float* w, float* x, int from, int to, int outputs, float* y)
    {
        float* w0 = w, w1 = w + outputs, w2 = w + 2L * outputs, w3 = w + 3L * outputs;
        var (x0, x1, x2, x3) = (TLanes.Broadcast(x[0]), TLanes.Broadcast(x[1]), TLanes.Broadcast(x[2]), TLanes.Broadcast(x[3]));
        var o = from;
        for (; o <= to - TLanes.Count; o += TLanes.Count)
        {
            Fetch(w0 + o, outputs);
            var sum = TLanes.MultiplyAdd(x0, TLanes.Load(w0 + o), TLanes.Load(y + o));
            sum = TLanes.MultiplyAdd(x1, TLanes.Load(w1 + o), sum);
            sum = TLanes.MultiplyAdd(x2, TLanes.Load(w2 + o), sum);
            TLanes.Store(TLanes.MultiplyAdd(x3, TLanes.Load(w3 + o), sum), y + o);
        }

        for (; o < to; o++)
        {
            var sum = MathF.FusedMultiplyAdd(x[0], w0[o], y[o]);
            sum = MathF.FusedMultiplyAdd(x[1], w1[o], sum);
            sum = MathF.FusedMultiplyAdd(x[2], w2[o], sum);
            y[o] = MathF.FusedMultiplyAdd(x[3], w3[o], sum);
        }
    }
}
