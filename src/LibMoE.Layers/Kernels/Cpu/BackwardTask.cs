using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>
/// The gradients of a group, unit by unit: one thread takes a unit's rows through gather, both transposed matmuls, the activation's
/// gradient and the sums for the weights, in tiles that stay in the cache.
/// </summary>
/// <remarks>
/// With h = x·U + b, a = w·act(h), y = a·V and the gradient G to y: dA = G·Vᵀ, dV = aᵀ·G, dh and dw from the activation kernel,
/// dU = xᵀ·dh, db = Σ dh, dx = dh·Uᵀ. Only h was saved; x is gathered and a computed again.
/// </remarks>
internal sealed unsafe class BackwardTask(FusedCall call) : WorkerTask
{
    /// <summary>Cutting an expert costs the sum of its parts' gradients: fewer rows are not worth it.</summary>
    private const int LeastUnit = 512;

    /// <summary>More than the caches hold.</summary>
    private const long LargeGradients = 64L << 20;

    private readonly List<GradientUnit> _units = GradientUnit.Cut(call.Offsets_F1, call.Workers, LeastUnit);
    private byte* _scratch;
    private float* _partials;

    /// <summary>x, float32 [.., D].</summary>
    public float* X { get; init; }

    /// <summary>The gate weight of every pick; null is 1.</summary>
    public float* Weights { get; init; }

    /// <summary>For every row of the group its pick.</summary>
    public int* Pick_N { get; init; }

    public float* Up_FDW { get; init; }

    public float* Down_FHO { get; init; }

    /// <summary>The saved values before the activation, float32 or bfloat16 as the kernels keep them.</summary>
    public void* H_NW { get; init; }

    /// <summary>The gradient to the outputs, float32 [.., O].</summary>
    public float* Upstream { get; init; }

    /// <summary>Receives the gradient to each row's input; null: not wanted.</summary>
    public float* DX_ND { get; init; }

    /// <summary>Receives the gradient to each row's weight; null: not wanted.</summary>
    public float* DWeights_N { get; init; }

    /// <summary>Receives the gradients to the parameters.</summary>
    public ExpertGradients Gradients { get; init; }

    private bool IsLarge => sizeof(float) * ExpertGradients.Size(call) * call.Experts >= LargeGradients;

    private long ScratchBytes => RentedBuffer.Aligned(call.Product.ScratchBytes)
        + RentedBuffer.Aligned(sizeof(float) * (long)call.Product.TileRows * (call.Dim + call.Output + call.Width + call.Hidden + 1));

    public void Run()
    {
        using var scratch = new RentedBuffer(ScratchBytes * call.Workers);
        using var partials = new RentedBuffer(sizeof(float) * ExpertGradients.Size(call) * _units.Count(unit => unit.Partial >= 0));
        _scratch = scratch.Pointer;
        _partials = (float*)partials.Pointer;
        for (var e = 0; e < call.Experts; e++)
        {
            if (call.Offsets_F1[e] == call.Offsets_F1[e + 1])
            {
                Gradients.Of(call, e).Clear(call);
            }
        }

        Run(call.Torch, _units.Count, call.Workers);
        foreach (var unit in _units.Where(unit => unit.Partial >= 0))
        {
            // In the order of the rows, whichever thread computed which.
            Gradients.Of(call, unit.Rows.Expert).Add(call, Sums(unit));
        }
    }

    protected override void Run(int part, int worker)
    {
        var rows = _units[part].Rows;
        var sums = Sums(_units[part]);
        foreach (var tile in RowTile.Cut([rows.Start, rows.Start + rows.Rows], call.Product.TileRows))
        {
            var store = tile.Start > 0 ? Store.Added : tile.Rows == rows.Rows && IsLarge ? Store.Streamed : Store.Over;
            Run(new RowTile(rows.Expert, rows.Start + tile.Start, tile.Rows), sums, store, worker);
        }
    }

    private ExpertGradients Sums(GradientUnit unit) => unit.Partial < 0
        ? Gradients.Of(call, unit.Rows.Expert)
        : Gradients.Partial(call, _partials + unit.Partial * ExpertGradients.Size(call));

    /// <summary>One tile, whose products start the sums of a unit or are added to them.</summary>
    private void Run(RowTile tile, ExpertGradients sums, Store store, int worker)
    {
        var (expert, start, rows) = tile;
        var (dim, hidden, width, output) = (call.Dim, call.Hidden, call.Width, call.Output);
        var (multiplier, kernels) = (call.Product, call.Kernels.Rows);
        var product = _scratch + worker * ScratchBytes;
        var x = (float*)(product + RentedBuffer.Aligned(multiplier.ScratchBytes));
        var g = x + (long)call.Product.TileRows * dim;
        var a = g + (long)call.Product.TileRows * output;
        var dh = a + (long)call.Product.TileRows * hidden;
        var weights = dh + (long)call.Product.TileRows * width;

        kernels.Gather(Upstream, Pick_N + start, call.Dispatch.PicksPerOutput, rows, output, g);
        multiplier.Multiply(
            false, true, rows, hidden, output, g, output, Down_FHO + (long)expert * hidden * output, output, Store.Over,
            a, hidden, product);
        var h = (float*)H_NW + (long)start * width;
        if (call.Kernels.Kept == ScalarType.BFloat16)
        {
            // The activation reads each value before its gradient takes the place.
            h = dh;
            kernels.Widen((ushort*)H_NW + (long)start * width, h, (long)rows * width);
        }

        call.Activation.Backward(
            h, PickWeights.Gather(Weights, Pick_N + start, rows, weights), a, dh,
            DWeights_N is null ? null : DWeights_N + start, rows, hidden);
        if (sums.Down is not null)
        {
            multiplier.Multiply(true, false, hidden, output, rows, a, hidden, g, output, store, sums.Down, output, product);
        }

        if (sums.Up is not null)
        {
            kernels.Gather(X, Pick_N + start, call.Dispatch.Picks, rows, dim, x);
            multiplier.Multiply(true, false, dim, width, rows, x, dim, dh, width, store, sums.Up, width, product);
        }

        if (sums.UpBias is not null)
        {
            if (store != Store.Added)
            {
                new Span<float>(sums.UpBias, width).Clear();
            }

            kernels.AddRows(dh, rows, width, sums.UpBias);
        }

        if (DX_ND is not null)
        {
            multiplier.Multiply(
                false, true, rows, dim, width, dh, width, Up_FDW + (long)expert * dim * width, width, Store.Over,
                DX_ND + (long)start * dim, dim,
                product);
        }
    }
}
