using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// A float32 matmul for AVX-512. The BLAS of libtorch's x86 builds uses half of the vector width on processors that its maker did not make.
/// </summary>
/// <remarks>
/// After Goto and van de Geijn (2008): 32 columns of b, over up to 512 rows, are packed side by side so that they stay in the first-level
/// cache; blocks of a's rows pass over them (<see cref="PanelBlocks"/>). a is read where it lies: a tile of rows fits the second-level
/// cache. b may have to come from memory, and for an expert with few rows the wait would cost more than the product: it is fetched one
/// panel ahead.
/// </remarks>
internal sealed unsafe class PanelProduct : MatrixProduct
{
    private const int MostDepth = 512;
    private const int CacheLine = 64;

    /// <summary>Whether a number of the product has the same bits whatever stands beside it where b is transposed: linear layers need it,
    /// whose columns threads cut and whose rows processes share. Else few rows are multiplied faster (<see cref="RowDots"/>).</summary>
    public bool KeepsBits { get; init; }

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public override int ScratchBytes => sizeof(float) * (MostDepth * Panel.Width + PanelBlocks.MostRows * Panel.Width);

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, Store store, float* c,
        int ldc, byte* scratch)
    {
        if (m <= FewRows.Most && !transposeA && !transposeB)
        {
            FewRows.Multiply<Float32Element>(m, n, k, a, lda, b, ldb, store == Store.Added, c, ldc);
            return;
        }

        if (!KeepsBits && transposeB && !transposeA && RowDots.Takes(m, n, k))
        {
            RowDots.Multiply(m, n, k, a, lda, b, ldb, store == Store.Added, c, ldc);
            return;
        }

        var panel = (float*)scratch;
        var (nextRow, nextDepth) = transposeA ? (1, lda) : (lda, 1);
        var matrix = new StoredPanel(b, ldb, transposeB);
        for (var from = 0; from < k; from += MostDepth)
        {
            var depth = Math.Min(MostDepth, k - from);
            var rows = new Strided(a + (long)from * nextDepth, nextRow, nextDepth);
            var stored = from > 0 ? Store.Added : store == Store.Streamed && !(depth == k && Streams(c, ldc)) ? Store.Over : store;
            for (var column = 0; column < n; column += Panel.Width)
            {
                var place = matrix.At(from, column);
                if (n - column < Panel.Width)
                {
                    place.Pack(n - column, depth, panel);
                    if (n - column <= Panel.Width / 2)
                    {
                        MultiplyEdge(new NarrowRows(panel), rows, m, depth, panel, n - column, stored, c + column, ldc);
                    }
                    else
                    {
                        MultiplyEdge(new PackedRows(panel), rows, m, depth, panel, n - column, stored, c + column, ldc);
                    }

                    continue;
                }

                var next =
                    column + Panel.Width < n ? matrix.At(from, column + Panel.Width) : matrix.At(from + depth < k ? from + depth : from, 0);
                Multiply(rows, m, depth, place, next, panel, stored, c + column, ldc);
            }
        }

        if (store == Store.Streamed)
        {
            // Other threads see what was streamed only after this.
            Sse.StoreFence();
        }
    }

    /// <summary>Whether every row of every panel of c starts at a cache line.</summary>
    private static bool Streams(float* c, int ldc) => ((nint)c | sizeof(float) * (nint)ldc) % CacheLine == 0;

    /// <summary>All rows of a with one panel. Its first blocks of rows pack it, where they can, and fetch the next
    /// panel from memory.</summary>
    private static void Multiply(Strided a, int m, int depth, StoredPanel b, StoredPanel next, float* panel, Store store, float* c, int ldc)
    {
        if (b.Transposed)
        {
            b.Pack(Panel.Width, depth, panel);
        }

        for (var (row, block) = (0, 0); row < m; block++)
        {
            var rows = PanelBlocks.Rows(m - row);
            var at = a.Row(row);
            var target = c + (long)row * ldc;
            switch (b.Transposed, block)
            {
                case (false, 0):
                    PanelBlocks.Multiply(rows, depth, at, new PackingRows(b.Start, b.Stride, panel, next.Start), store, target, ldc);
                    break;
                case (true, 0 or 1):
                    var columns = next.At(0, block * Panel.Width / 2);
                    PanelBlocks.Multiply(rows, depth, at, new FetchingRows(panel, depth, columns.Start, b.Stride), store, target, ldc);
                    break;
                default:
                    PanelBlocks.Multiply(rows, depth, at, new PackedRows(panel), store, target, ldc);
                    break;
            }

            row += rows;
        }
    }

    /// <summary>All rows of a with the last panel, which is not full.</summary>
    private static void MultiplyEdge<TPanel>(
        TPanel packed, Strided a, int m, int depth, float* panel, int columns, Store store, float* c, int ldc)
        where TPanel : struct, IPanelRows
    {
        var edge = panel + MostDepth * Panel.Width;
        for (var row = 0; row < m;)
        {
            var rows = PanelBlocks.Rows(m - row);
            PanelBlocks.Multiply(rows, depth, a.Row(row), packed, Store.Over, edge, Panel.Width);
            Panel.Unpack(edge, rows, columns, store == Store.Added, c + (long)row * ldc, ldc);
            row += rows;
        }
    }
}
