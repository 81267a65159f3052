using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>Some columns of a matrix, one row after the other, filled up with zeros to a fixed width.</summary>
internal static unsafe class Panel
{
    public const int Width = 32;

    /// <summary>Rows and columns of a block that is transposed in registers.</summary>
    public const int Block = 16;

    /// <summary>panel[k, j] = b[k, j].</summary>
    public static void Pack(float* b, int ldb, int columns, int depth, float* panel)
    {
        for (var k = 0; k < depth; k++, b += ldb, panel += Width)
        {
            if (columns == Width)
            {
                Vector512.Load(b).Store(panel);
                Vector512.Load(b + Block).Store(panel + Block);
                continue;
            }

            new Span<float>(b, columns).CopyTo(new Span<float>(panel, columns));
            new Span<float>(panel + columns, Width - columns).Clear();
        }
    }

    /// <summary>panel[k, j] = b[j, k].</summary>
    public static void PackTransposed(float* b, int ldb, int columns, int depth, float* panel)
    {
        var k = 0;
        for (; columns == Width && k <= depth - Block; k += Block)
        {
            TransposeBlock(b + k, ldb, panel + (long)k * Width, Width);
            TransposeBlock(b + k + (long)Block * ldb, ldb, panel + (long)k * Width + Block, Width);
        }

        for (; k < depth; k++)
        {
            for (var j = 0; j < Width; j++)
            {
                panel[(long)k * Width + j] = j < columns ? b[(long)j * ldb + k] : 0;
            }
        }
    }

    /// <summary>c[i, j] = edge[i, j] (+ c[i, j]) for the columns that there are.</summary>
    public static void Unpack(float* edge, int rows, int columns, bool add, float* c, int ldc)
    {
        for (var i = 0; i < rows; i++, edge += Width, c += ldc)
        {
            if (!add)
            {
                new Span<float>(edge, columns).CopyTo(new Span<float>(c, columns));
                continue;
            }

            for (var j = 0; j < columns; j++)
            {
                c[j] += edge[j];
            }
        }
    }

    /// <summary>target[k, j] = source[j, k] for 16 × 16 numbers of 4 bytes.</summary>
    public static void TransposeBlock(float* source, int stride, float* target, int targetStride)
    {
        for (var k = 0; k < Block; k += 4, source += 4, target += 4L * targetStride)
        {
            // Four columns of all rows: each vector holds them for the rows i, i + 4, i + 8 and i + 12.
            var (r0, r1) = (FourRows(source, 0, stride), FourRows(source, 1, stride));
            var (r2, r3) = (FourRows(source, 2, stride), FourRows(source, 3, stride));
            var (low01, high01) = (Avx512F.UnpackLow(r0, r1), Avx512F.UnpackHigh(r0, r1));
            var (low23, high23) = (Avx512F.UnpackLow(r2, r3), Avx512F.UnpackHigh(r2, r3));
            Avx512F.Shuffle(low01, low23, 0x44).Store(target);
            Avx512F.Shuffle(low01, low23, 0xee).Store(target + targetStride);
            Avx512F.Shuffle(high01, high23, 0x44).Store(target + 2L * targetStride);
            Avx512F.Shuffle(high01, high23, 0xee).Store(target + 3L * targetStride);
        }
    }

    private static Vector512<float> FourRows(float* source, int row, int stride) => Vector512.Create(
        Vector256.Create(Vector128.Load(source + (long)row * stride), Vector128.Load(source + (row + 4L) * stride)),
        Vector256.Create(Vector128.Load(source + (row + 8L) * stride), Vector128.Load(source + (row + 12L) * stride)));
}
