using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// Operands rounded to bfloat16, products summed in float32: oneDNN's batch-reduce kernels, which libtorch exports, on processors with
/// bfloat16 dot products (AVX-512 BF16, or AMX where there is that).
/// </summary>
/// <remarks>
/// oneDNN compiles a kernel for every new shape, and the rows of an expert change with every step. Rows and depths are therefore cut and
/// filled up to multiples of 32, so that few shapes occur.
/// </remarks>
internal sealed unsafe class BFloat16Product : MatrixProduct
{
    private const int MostRows = 512;
    private const int MostDepth = 256;
    private const int Columns = 64;

    /// <summary>CPUID leaf 7.1, EAX: AVX512_BF16.</summary>
    private const int BFloat16Bit = 1 << 5;

    private readonly TorchLibrary _torch;

    private BFloat16Product(TorchLibrary torch)
    {
        _torch = torch;
    }

    /// <summary>Every tile rounds and packs the matrices again: larger tiles, fewer times.</summary>
    public override int TileRows => MostRows;

    public override int ScratchBytes => sizeof(ushort) * (MostRows + Columns) * MostDepth + sizeof(float) * BFloat16Pack.Whole * Columns;

    /// <summary>Null where the processor or the library lacks what it takes.</summary>
    public static BFloat16Product? Find(TorchLibrary torch) => torch.HasBFloat16 && HasDotProducts ? new BFloat16Product(torch) : null;

    /// <summary>oneDNN throws through native frames where it finds no kernel, so this asks for more than it would.</summary>
    private static bool HasDotProducts =>
        Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && Avx512DQ.IsSupported
        && (X86Base.CpuId(7, 1).Eax & BFloat16Bit) != 0
        && Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") is null
        && Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA") is null;

    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, Store store, float* c,
        int ldc, byte* scratch)
    {
        if (m <= FewRows.Most && !transposeA && !transposeB)
        {
            FewRows.Multiply<RoundedElement>(m, n, k, a, lda, b, ldb, store == Store.Added, c, ldc);
            return;
        }

        var rows = (ushort*)scratch;
        var pairs = (uint*)(rows + MostRows * MostDepth);
        var edge = (float*)(pairs + Columns * MostDepth / 2);
        for (var from = 0; from < k; from += MostDepth)
        {
            var depth = Math.Min(MostDepth, k - from);
            var add = from > 0 || store == Store.Added;
            for (var row = 0; row < m; row += MostRows)
            {
                var count = Math.Min(MostRows, m - row);
                var firstA = transposeA ? a + (long)from * lda + row : a + (long)row * lda + from;
                BFloat16Pack.Rows(transposeA ? new(firstA, 1, lda) : new(firstA, lda, 1), count, depth, rows);
                for (var column = 0; column < n; column += Columns)
                {
                    var columns = Math.Min(Columns, n - column);
                    var firstB = transposeB ? b + (long)column * ldb + from : b + (long)from * ldb + column;
                    BFloat16Pack.Pairs(transposeB ? new(firstB, ldb, 1) : new(firstB, 1, ldb), columns, depth, Columns, pairs);
                    Multiply(rows, count, BFloat16Pack.Filled(depth), pairs, columns, add, c + (long)row * ldc + column, ldc, edge);
                }
            }
        }

        _torch.EndBFloat16();
    }

    /// <summary>Whole blocks of rows go to c, the last rows through a block of their own.</summary>
    private void Multiply(ushort* rows, int count, int depth, uint* pairs, int columns, bool add, float* c, int ldc, float* edge)
    {
        var whole = count / BFloat16Pack.Whole * BFloat16Pack.Whole;
        if (whole > 0)
        {
            _torch.MultiplyBFloat16(whole, columns, depth, rows, pairs, Columns, add, c, ldc);
        }

        if (whole == count)
        {
            return;
        }

        _torch.MultiplyBFloat16(BFloat16Pack.Whole, columns, depth, rows + (long)whole * depth, pairs, Columns, false, edge, Columns);
        for (var i = whole; i < count; i++, edge += Columns)
        {
            for (var j = 0; j < columns; j++)
            {
                c[(long)i * ldc + j] = add ? c[(long)i * ldc + j] + edge[j] : edge[j];
            }
        }
    }
}
