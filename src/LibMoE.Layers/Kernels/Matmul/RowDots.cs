using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// Products with few rows of a where b is stored transposed, as the gradients of an expert with few rows have them: rows of both lie along
/// the sums, and to transpose b would cost as much as twelve rows of a. Two rows of a meet eight of b; every sum has 16 parts, which are
/// added at the end. A row is not to the last bit what <see cref="PanelProduct"/> makes of it among more rows.
/// </summary>
internal static unsafe class RowDots
{
    /// <summary>With more rows, transposing pays.</summary>
    public const int Most = 64;

    private const int Columns = 8;

    private static int Step => Vector512<float>.Count;

    /// <summary>Whether a product of that size is for these kernels.</summary>
    public static bool Takes(int m, int n, int k) => m <= Most && n % Columns == 0 && k % Step == 0;

    /// <summary>Row-major c[m, n] = a[m, k]·b[n, k]ᵀ (+ c).</summary>
    public static void Multiply(int m, int n, int k, float* a, int lda, float* b, int ldb, bool add, float* c, int ldc)
    {
        for (var column = 0; column < n; column += Columns, b += (long)Columns * ldb, c += Columns)
        {
            for (var row = 0; row < m; row += 2)
            {
                // Each pass fetches one of the next eight rows of b, which may have to come from memory.
                var next = column + Columns < n ? b + (long)(Columns + row / 2 % Columns) * ldb : b;
                var both = row + 1 < m;
                var sums = Dots(k, a + (long)row * lda, both ? lda : 0, b, ldb, next);
                var target = c + (long)row * ldc;
                Put(sums.GetLower(), add, target);
                if (both)
                {
                    Put(sums.GetUpper(), add, target + ldc);
                }
            }
        }
    }

    /// <summary>The products of a row of a with eight of b, and of the next row of a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Dots(int depth, float* a, nint lda, float* b, nint ldb, float* next)
    {
        var (c0, c1, c2, c3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (c4, c5, c6, c7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (d0, d1, d2, d3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (d4, d5, d6, d7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (ldb2, ldb3) = (2 * ldb, 3 * ldb);
        var b4 = b + 4 * ldb;
        for (; depth > 0; depth -= Step)
        {
            Sse.Prefetch1(next);
            var (first, second) = (Vector512.Load(a), Vector512.Load(a + lda));
            var row = Vector512.Load(b);
            (c0, d0) = (Vector512.FusedMultiplyAdd(first, row, c0), Vector512.FusedMultiplyAdd(second, row, d0));
            row = Vector512.Load(b + ldb);
            (c1, d1) = (Vector512.FusedMultiplyAdd(first, row, c1), Vector512.FusedMultiplyAdd(second, row, d1));
            row = Vector512.Load(b + ldb2);
            (c2, d2) = (Vector512.FusedMultiplyAdd(first, row, c2), Vector512.FusedMultiplyAdd(second, row, d2));
            row = Vector512.Load(b + ldb3);
            (c3, d3) = (Vector512.FusedMultiplyAdd(first, row, c3), Vector512.FusedMultiplyAdd(second, row, d3));
            row = Vector512.Load(b4);
            (c4, d4) = (Vector512.FusedMultiplyAdd(first, row, c4), Vector512.FusedMultiplyAdd(second, row, d4));
            row = Vector512.Load(b4 + ldb);
            (c5, d5) = (Vector512.FusedMultiplyAdd(first, row, c5), Vector512.FusedMultiplyAdd(second, row, d5));
            row = Vector512.Load(b4 + ldb2);
            (c6, d6) = (Vector512.FusedMultiplyAdd(first, row, c6), Vector512.FusedMultiplyAdd(second, row, d6));
            row = Vector512.Load(b4 + ldb3);
            (c7, d7) = (Vector512.FusedMultiplyAdd(first, row, c7), Vector512.FusedMultiplyAdd(second, row, d7));
            a += Step;
            b += Step;
            b4 += Step;
            next += Step;
        }

        return Quarters(
            Halves(Fours(c0, c1, c2, c3), Fours(c4, c5, c6, c7)), Halves(Fours(d0, d1, d2, d3), Fours(d4, d5, d6, d7)));
    }

    /// <summary>In each quarter, the sums over that quarter of the four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fours(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        var low = Avx512F.UnpackLow(s0, s1) + Avx512F.UnpackHigh(s0, s1);
        var high = Avx512F.UnpackLow(s2, s3) + Avx512F.UnpackHigh(s2, s3);
        return Avx512F.Shuffle(low, high, 0x44) + Avx512F.Shuffle(low, high, 0xee);
    }

    /// <summary>Quarters 0 and 2, and 1 and 3, of both added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(Vector512<float> s0, Vector512<float> s1) =>
        Avx512F.Shuffle4x128(s0, s1, 0x44) + Avx512F.Shuffle4x128(s0, s1, 0xee);

    /// <summary>Quarters 0 and 1, and 2 and 3, of both added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(Vector512<float> s0, Vector512<float> s1) =>
        Avx512F.Shuffle4x128(s0, s1, 0x88) + Avx512F.Shuffle4x128(s0, s1, 0xdd);

    private static void Put(Vector256<float> sums, bool add, float* c) => (add ? sums + Vector256.Load(c) : sums).Store(c);
}
