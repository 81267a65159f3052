using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LibMoE.Runtime;

/// <summary>
/// A float32 matmul for AVX-512. The BLAS of libtorch's x86 builds uses half of the vector width on processors that its maker did not make.
/// </summary>
/// <remarks>
/// After Goto and van de Geijn (2008): 32 columns of b, over up to 512 rows, are packed side by side so that they stay in the first-level
/// cache; blocks of a's rows pass over them (<see cref="PanelBlocks"/>). a is read where it lies: a tile of rows fits the second-level cache.
/// </remarks>
internal sealed unsafe class PanelProduct : MatrixProduct
{
    private const int MostDepth = 512;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public override int ScratchBytes => sizeof(float) * (MostDepth * Panel.Width + PanelBlocks.MostRows * Panel.Width);

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc, byte* scratch)
    {
        if (m <= FewRows.Most && !transposeA && !transposeB)
        {
            FewRows.Multiply<Float32Element>(m, n, k, a, lda, b, ldb, beta, c, ldc);
            return;
        }

        var panel = (float*)scratch;
        var (nextRow, nextDepth) = transposeA ? (1, lda) : (lda, 1);
        for (var from = 0; from < k; from += MostDepth)
        {
            var depth = Math.Min(MostDepth, k - from);
            for (var column = 0; column < n; column += Panel.Width)
            {
                var columns = Math.Min(Panel.Width, n - column);
                if (transposeB)
                {
                    Panel.PackTransposed(b + (long)column * ldb + from, ldb, columns, depth, panel);
                }
                else
                {
                    Panel.Pack(b + (long)from * ldb + column, ldb, columns, depth, panel);
                }

                var rows = new Strided(a + (long)from * nextDepth, nextRow, nextDepth);
                Multiply(rows, m, depth, panel, from == 0 ? beta : 1, c + column, ldc, columns);
            }
        }
    }

    /// <summary>All rows of a with one panel of b.</summary>
    private static void Multiply(Strided a, int m, int depth, float* panel, float beta, float* c, int ldc, int columns)
    {
        var edge = panel + MostDepth * Panel.Width;
        for (var row = 0; row < m;)
        {
            var rows = PanelBlocks.Rows(m - row);
            var at = a.Row(row);
            var target = c + (long)row * ldc;
            if (columns == Panel.Width)
            {
                PanelBlocks.Multiply(rows, depth, at, panel, beta, target, ldc);
            }
            else
            {
                PanelBlocks.Multiply(rows, depth, at, panel, 0, edge, Panel.Width);
                Panel.Unpack(edge, rows, columns, beta, target, ldc);
            }

            row += rows;
        }
    }
}
