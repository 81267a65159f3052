using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>
/// The rows of a group through both matrices, tile by tile: gather, multiply, activate and weight, multiply. A tile's operands stay in the
/// cache from one step to the next; only what backward needs (h) and what the combination reads (y) go to memory.
/// </summary>
internal sealed unsafe class ForwardTask(FusedCall call) : WorkerTask
{
    private readonly List<RowTile> _tiles = RowTile.Cut(call.Offsets_F1, call.Product.TileRows);
    private byte* _scratch;

    /// <summary>x, float32 [.., D].</summary>
    public float* X { get; init; }

    /// <summary>The gate weight of every pick; null is 1.</summary>
    public float* Weights { get; init; }

    /// <summary>For every row of the group its pick.</summary>
    public int* Pick_N { get; init; }

    public float* Up_FDW { get; init; }

    public float* Down_FHO { get; init; }

    /// <summary>Null where the experts have none.</summary>
    public float* UpBias_FW { get; init; }

    /// <summary>Receives the values before the activation, for backward, float32 or bfloat16 as the kernels keep them; null where there
    /// will be no backward.</summary>
    public void* H_NW { get; init; }

    /// <summary>Receives the weighted output of every row.</summary>
    public float* Y_NO { get; init; }

    private long ScratchBytes => RentedBuffer.Aligned(call.Product.ScratchBytes)
        + RentedBuffer.Aligned(sizeof(float) * (long)call.Product.TileRows * (call.Dim + call.Width + call.Hidden + 1));

    public void Run()
    {
        using var scratch = new RentedBuffer(ScratchBytes * call.Workers);
        _scratch = scratch.Pointer;
        Run(call.Torch, _tiles.Count, call.Workers);
    }

    protected override void Run(int part, int worker)
    {
        var (expert, start, rows) = _tiles[part];
        var product = _scratch + worker * ScratchBytes;
        var x = (float*)(product + RentedBuffer.Aligned(call.Product.ScratchBytes));
        var a = x + (long)call.Product.TileRows * call.Dim;
        var weights = a + (long)call.Product.TileRows * call.Hidden;
        var inPlace = H_NW is not null && call.Kernels.Kept == ScalarType.Float32;
        var h = inPlace ? (float*)H_NW + (long)start * call.Width : weights + call.Product.TileRows;

        call.Kernels.Rows.Gather(X, Pick_N + start, call.Dispatch.Picks, rows, call.Dim, x);
        if (UpBias_FW is not null)
        {
            call.Kernels.Rows.Fill(UpBias_FW + (long)expert * call.Width, rows, call.Width, h);
        }

        call.Product.Multiply(
            false, false, rows, call.Width, call.Dim, x, call.Dim, Up_FDW + (long)expert * call.Dim * call.Width, call.Width,
            UpBias_FW is null ? Store.Over : Store.Added, h, call.Width, product);
        if (H_NW is not null && !inPlace)
        {
            call.Kernels.Rows.Shorten(h, (ushort*)H_NW + (long)start * call.Width, (long)rows * call.Width);
        }

        call.Activation.Forward(h, PickWeights.Gather(Weights, Pick_N + start, rows, weights), a, rows, call.Hidden);
        call.Product.Multiply(
            false, false, rows, call.Output, call.Hidden, a, call.Hidden, Down_FHO + (long)expert * call.Hidden * call.Output, call.Output,
            Store.Over, Y_NO + (long)start * call.Output, call.Output, product);
    }
}
