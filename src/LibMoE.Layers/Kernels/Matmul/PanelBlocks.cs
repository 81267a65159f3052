using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// The innermost product: up to 12 rows of a with the 32 columns of a panel. The sums of each row are variables of their own, to stay in
/// registers: 24 sums, two vectors of the panel and one factor are 27 of the 32 there are. The compiler makes a kernel for each number of
/// rows and leaves out what it lacks.
/// </summary>
internal static unsafe class PanelBlocks
{
    public const int MostRows = 12;

    private const int Half = Panel.Width / 2;

    /// <summary>How many of the remaining rows the next block takes: blocks of about equal size, since one row is
    /// as slow as four.</summary>
    public static int Rows(int remaining)
    {
        var blocks = (remaining + MostRows - 1) / MostRows;
        return (remaining + blocks - 1) / blocks;
    }

    /// <summary>c[rows, 32] = a[rows, depth]·panel[depth, 32] (+ c). To be streamed, every row of c starts at a cache line.</summary>
    public static void Multiply<TPanel>(int rows, int depth, Strided a, TPanel panel, Store store, float* c, int ldc)
        where TPanel : struct, IPanelRows
    {
        switch (rows)
        {
            case 1:
                Multiply<Rows1, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 2:
                Multiply<Rows2, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 3:
                Multiply<Rows3, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 4:
                Multiply<Rows4, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 5:
                Multiply<Rows5, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 6:
                Multiply<Rows6, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 7:
                Multiply<Rows7, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 8:
                Multiply<Rows8, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 9:
                Multiply<Rows9, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 10:
                Multiply<Rows10, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 11:
                Multiply<Rows11, TPanel>(depth, a, panel, store, c, ldc);
                break;
            case 12:
                Multiply<Rows12, TPanel>(depth, a, panel, store, c, ldc);
                break;
        }
    }

    /// <summary>Compiled at its best at once: a training meets every number of rows, most of them seldom.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TPanel>(int depth, Strided a, TPanel panel, Store store, float* c, int ldc)
        where TRows : struct, IRowCount
        where TPanel : struct, IPanelRows
    {
        var (c0l, c0h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c1l, c1h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c2l, c2h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c3l, c3h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c4l, c4h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c5l, c5h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c6l, c6h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c7l, c7h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c8l, c8h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c9l, c9h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (cal, cah) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (cbl, cbh) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nint next = a.NextRow;
        var (next2, next3) = (2 * next, 3 * next);
        var a0 = a.Pointer;
        var a4 = a0 + 4 * next;
        var a8 = a0 + 8 * next;
        for (; depth > 0; depth--)
        {
            panel.Take(out var low, out var high);
            var factor = Vector512.Create(*a0);
            c0l = Vector512.FusedMultiplyAdd(factor, low, c0l);
            c0h = AddHigh<TPanel>(factor, high, c0h);
            if (TRows.Count > 1)
            {
                factor = Vector512.Create(*(a0 + next));
                c1l = Vector512.FusedMultiplyAdd(factor, low, c1l);
                c1h = AddHigh<TPanel>(factor, high, c1h);
            }

            if (TRows.Count > 2)
            {
                factor = Vector512.Create(*(a0 + next2));
                c2l = Vector512.FusedMultiplyAdd(factor, low, c2l);
                c2h = AddHigh<TPanel>(factor, high, c2h);
            }

            if (TRows.Count > 3)
            {
                factor = Vector512.Create(*(a0 + next3));
                c3l = Vector512.FusedMultiplyAdd(factor, low, c3l);
                c3h = AddHigh<TPanel>(factor, high, c3h);
            }

            if (TRows.Count > 4)
            {
                factor = Vector512.Create(*a4);
                c4l = Vector512.FusedMultiplyAdd(factor, low, c4l);
                c4h = AddHigh<TPanel>(factor, high, c4h);
            }

            if (TRows.Count > 5)
            {
                factor = Vector512.Create(*(a4 + next));
                c5l = Vector512.FusedMultiplyAdd(factor, low, c5l);
                c5h = AddHigh<TPanel>(factor, high, c5h);
            }

            if (TRows.Count > 6)
            {
                factor = Vector512.Create(*(a4 + next2));
                c6l = Vector512.FusedMultiplyAdd(factor, low, c6l);
                c6h = AddHigh<TPanel>(factor, high, c6h);
            }

            if (TRows.Count > 7)
            {
                factor = Vector512.Create(*(a4 + next3));
                c7l = Vector512.FusedMultiplyAdd(factor, low, c7l);
                c7h = AddHigh<TPanel>(factor, high, c7h);
            }

            if (TRows.Count > 8)
            {
                factor = Vector512.Create(*a8);
                c8l = Vector512.FusedMultiplyAdd(factor, low, c8l);
                c8h = AddHigh<TPanel>(factor, high, c8h);
            }

            if (TRows.Count > 9)
            {
                factor = Vector512.Create(*(a8 + next));
                c9l = Vector512.FusedMultiplyAdd(factor, low, c9l);
                c9h = AddHigh<TPanel>(factor, high, c9h);
            }

            if (TRows.Count > 10)
            {
                factor = Vector512.Create(*(a8 + next2));
                cal = Vector512.FusedMultiplyAdd(factor, low, cal);
                cah = AddHigh<TPanel>(factor, high, cah);
            }

            if (TRows.Count > 11)
            {
                factor = Vector512.Create(*(a8 + next3));
                cbl = Vector512.FusedMultiplyAdd(factor, low, cbl);
                cbh = AddHigh<TPanel>(factor, high, cbh);
            }

            a0 += a.NextDepth;
            a4 += a.NextDepth;
            a8 += a.NextDepth;
        }

        Put<TRows>(0, c0l, c0h, store, c, ldc);
        Put<TRows>(1, c1l, c1h, store, c, ldc);
        Put<TRows>(2, c2l, c2h, store, c, ldc);
        Put<TRows>(3, c3l, c3h, store, c, ldc);
        Put<TRows>(4, c4l, c4h, store, c, ldc);
        Put<TRows>(5, c5l, c5h, store, c, ldc);
        Put<TRows>(6, c6l, c6h, store, c, ldc);
        Put<TRows>(7, c7l, c7h, store, c, ldc);
        Put<TRows>(8, c8l, c8h, store, c, ldc);
        Put<TRows>(9, c9l, c9h, store, c, ldc);
        Put<TRows>(10, cal, cah, store, c, ldc);
        Put<TRows>(11, cbl, cbh, store, c, ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddHigh<TPanel>(Vector512<float> factor, Vector512<float> high, Vector512<float> sum)
        where TPanel : struct, IPanelRows => TPanel.IsNarrow ? sum : Vector512.FusedMultiplyAdd(factor, high, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TRows>(int row, Vector512<float> low, Vector512<float> high, Store store, float* c, int ldc)
        where TRows : struct, IRowCount
    {
        if (row >= TRows.Count)
        {
            return;
        }

        c += (long)row * ldc;
        switch (store)
        {
            case Store.Added:
                (low + Vector512.Load(c)).Store(c);
                (high + Vector512.Load(c + Half)).Store(c + Half);
                break;
            case Store.Streamed:
                low.StoreAlignedNonTemporal(c);
                high.StoreAlignedNonTemporal(c + Half);
                break;
            default:
                low.Store(c);
                high.Store(c + Half);
                break;
        }
    }
}
