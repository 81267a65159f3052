using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>A product of large matrices, cut into parts of the result that libtorch's threads compute.</summary>
/// <remarks>A number of the result is one sum in one order, whatever part it is in: the bits do not depend on the threads.</remarks>
internal sealed class ParallelProduct(TorchLibrary torch, MatrixProduct product)
{
    /// <summary>A stored matrix.</summary>
    /// <param name="Numbers">Its memory.</param>
    /// <param name="Stride">The length of its stored rows.</param>
    /// <param name="Transposed">Whether it stands for its transpose.</param>
    public readonly record struct Operand(Tensor Numbers, int Stride, bool Transposed);

    /// <summary>Row-major c[m, n] = a[m, k]·b[k, n].</summary>
    public unsafe void Run(Operand a, Operand b, int m, int n, int k, Tensor c)
    {
        var workers = WorkerTask.Workers(2L * m * n * k);
        using var scratch = new RentedBuffer(RentedBuffer.Aligned(product.ScratchBytes) * workers);
        var task = new Parts(product, new Cut(m, n, product.TileRows, workers), k)
        {
            A = a,
            B = b,
            FirstA = (float*)torch.Pointer(a.Numbers),
            FirstB = (float*)torch.Pointer(b.Numbers),
            C = (float*)torch.Pointer(c),
            Scratch = scratch.Pointer,
        };
        task.Run(torch, task.Count, workers);
    }

    /// <summary>How the result is cut: rows in tiles that fit the cache, columns too where there are too few rows
    /// for all threads.</summary>
    private readonly struct Cut
    {
        private const int LeastColumns = 2 * Panel.Width;
        private const int PartsOfWorker = 4;

        public Cut(int rows, int columns, int tileRows, int workers)
        {
            (Rows, Columns, TileRows) = (rows, columns, tileRows);
            RowTiles = (rows + tileRows - 1) / tileRows;
            var groups = workers == 1 ? 1 : Math.Max(1, PartsOfWorker * workers / RowTiles);
            TileColumns = Math.Max(LeastColumns, (columns + groups - 1) / groups + Panel.Width - 1) / Panel.Width * Panel.Width;
            ColumnTiles = (columns + TileColumns - 1) / TileColumns;
        }

        public int Rows { get; }

        public int Columns { get; }

        public int TileRows { get; }

        public int TileColumns { get; }

        public int RowTiles { get; }

        public int ColumnTiles { get; }
    }

    private sealed unsafe class Parts(MatrixProduct product, Cut cut, int depth) : WorkerTask
    {
        public Operand A { get; init; }

        public Operand B { get; init; }

        public float* FirstA { get; init; }

        public float* FirstB { get; init; }

        public float* C { get; init; }

        public byte* Scratch { get; init; }

        public int Count => cut.RowTiles * cut.ColumnTiles;

        protected override void Run(int part, int worker)
        {
            var (row, column) = (part / cut.ColumnTiles * cut.TileRows, part % cut.ColumnTiles * cut.TileColumns);
            var a = FirstA + (A.Transposed ? row : (long)row * A.Stride);
            var b = FirstB + (B.Transposed ? (long)column * B.Stride : column);
            product.Multiply(
                A.Transposed, B.Transposed, Math.Min(cut.TileRows, cut.Rows - row), Math.Min(cut.TileColumns, cut.Columns - column), depth,
                a, A.Stride, b, B.Stride, Store.Over, C + (long)row * cut.Columns + column, cut.Columns,
                Scratch + worker * RentedBuffer.Aligned(product.ScratchBytes));
        }
    }
}
