using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LibMoE.Runtime;

/// <summary>
/// The innermost products: 12, 8, 4 or 1 rows of a with the 32 columns of a panel. Each row count is written out, because the sums must be
/// variables of their own to stay in registers: 24 sums, two vectors of the panel and one factor are 27 of the 32 there are.
/// </summary>
internal static unsafe class PanelBlocks
{
    public const int MostRows = 12;

    private const int Half = Panel.Width / 2;

    /// <summary>How many of the remaining rows the next block takes.</summary>
    public static int Rows(int remaining) => remaining switch
    {
        >= MostRows => MostRows,
        >= 8 => 8,
        >= 4 => 4,
        _ => 1,
    };

    /// <summary>c[rows, 32] = a[rows, depth]·panel[depth, 32] + beta·c.</summary>
    public static void Multiply<TRows>(int rows, int depth, Strided a, TRows panel, float beta, float* c, int ldc)
        where TRows : struct, IPanelRows
    {
        switch (rows)
        {
            case MostRows:
                Multiply12(depth, a, panel, beta, c, ldc);
                break;
            case 8:
                Multiply8(depth, a, panel, beta, c, ldc);
                break;
            case 4:
                Multiply4(depth, a, panel, beta, c, ldc);
                break;
            default:
                Multiply1(depth, a, panel, beta, c);
                break;
        }
    }

    /// <summary>12 rows: 24 sums stay in registers.</summary>
    private static void Multiply12<TRows>(int depth, Strided a, TRows panel, float beta, float* c, int ldc)
        where TRows : struct, IPanelRows
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
            c0h = Vector512.FusedMultiplyAdd(factor, high, c0h);
            factor = Vector512.Create(*(a0 + next));
            c1l = Vector512.FusedMultiplyAdd(factor, low, c1l);
            c1h = Vector512.FusedMultiplyAdd(factor, high, c1h);
            factor = Vector512.Create(*(a0 + next2));
            c2l = Vector512.FusedMultiplyAdd(factor, low, c2l);
            c2h = Vector512.FusedMultiplyAdd(factor, high, c2h);
            factor = Vector512.Create(*(a0 + next3));
            c3l = Vector512.FusedMultiplyAdd(factor, low, c3l);
            c3h = Vector512.FusedMultiplyAdd(factor, high, c3h);
            factor = Vector512.Create(*a4);
            c4l = Vector512.FusedMultiplyAdd(factor, low, c4l);
            c4h = Vector512.FusedMultiplyAdd(factor, high, c4h);
            factor = Vector512.Create(*(a4 + next));
            c5l = Vector512.FusedMultiplyAdd(factor, low, c5l);
            c5h = Vector512.FusedMultiplyAdd(factor, high, c5h);
            factor = Vector512.Create(*(a4 + next2));
            c6l = Vector512.FusedMultiplyAdd(factor, low, c6l);
            c6h = Vector512.FusedMultiplyAdd(factor, high, c6h);
            factor = Vector512.Create(*(a4 + next3));
            c7l = Vector512.FusedMultiplyAdd(factor, low, c7l);
            c7h = Vector512.FusedMultiplyAdd(factor, high, c7h);
            factor = Vector512.Create(*a8);
            c8l = Vector512.FusedMultiplyAdd(factor, low, c8l);
            c8h = Vector512.FusedMultiplyAdd(factor, high, c8h);
            factor = Vector512.Create(*(a8 + next));
            c9l = Vector512.FusedMultiplyAdd(factor, low, c9l);
            c9h = Vector512.FusedMultiplyAdd(factor, high, c9h);
            factor = Vector512.Create(*(a8 + next2));
            cal = Vector512.FusedMultiplyAdd(factor, low, cal);
            cah = Vector512.FusedMultiplyAdd(factor, high, cah);
            factor = Vector512.Create(*(a8 + next3));
            cbl = Vector512.FusedMultiplyAdd(factor, low, cbl);
            cbh = Vector512.FusedMultiplyAdd(factor, high, cbh);
            a0 += a.NextDepth;
            a4 += a.NextDepth;
            a8 += a.NextDepth;
        }

        Put(c0l, c0h, beta, c);
        Put(c1l, c1h, beta, c + 1L * ldc);
        Put(c2l, c2h, beta, c + 2L * ldc);
        Put(c3l, c3h, beta, c + 3L * ldc);
        Put(c4l, c4h, beta, c + 4L * ldc);
        Put(c5l, c5h, beta, c + 5L * ldc);
        Put(c6l, c6h, beta, c + 6L * ldc);
        Put(c7l, c7h, beta, c + 7L * ldc);
        Put(c8l, c8h, beta, c + 8L * ldc);
        Put(c9l, c9h, beta, c + 9L * ldc);
        Put(cal, cah, beta, c + 10L * ldc);
        Put(cbl, cbh, beta, c + 11L * ldc);
    }

    /// <summary>8 rows: 16 sums stay in registers.</summary>
    private static void Multiply8<TRows>(int depth, Strided a, TRows panel, float beta, float* c, int ldc)
        where TRows : struct, IPanelRows
    {
        var (c0l, c0h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c1l, c1h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c2l, c2h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c3l, c3h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c4l, c4h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c5l, c5h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c6l, c6h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c7l, c7h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nint next = a.NextRow;
        var (next2, next3) = (2 * next, 3 * next);
        var a0 = a.Pointer;
        var a4 = a0 + 4 * next;
        for (; depth > 0; depth--)
        {
            panel.Take(out var low, out var high);
            var factor = Vector512.Create(*a0);
            c0l = Vector512.FusedMultiplyAdd(factor, low, c0l);
            c0h = Vector512.FusedMultiplyAdd(factor, high, c0h);
            factor = Vector512.Create(*(a0 + next));
            c1l = Vector512.FusedMultiplyAdd(factor, low, c1l);
            c1h = Vector512.FusedMultiplyAdd(factor, high, c1h);
            factor = Vector512.Create(*(a0 + next2));
            c2l = Vector512.FusedMultiplyAdd(factor, low, c2l);
            c2h = Vector512.FusedMultiplyAdd(factor, high, c2h);
            factor = Vector512.Create(*(a0 + next3));
            c3l = Vector512.FusedMultiplyAdd(factor, low, c3l);
            c3h = Vector512.FusedMultiplyAdd(factor, high, c3h);
            factor = Vector512.Create(*a4);
            c4l = Vector512.FusedMultiplyAdd(factor, low, c4l);
            c4h = Vector512.FusedMultiplyAdd(factor, high, c4h);
            factor = Vector512.Create(*(a4 + next));
            c5l = Vector512.FusedMultiplyAdd(factor, low, c5l);
            c5h = Vector512.FusedMultiplyAdd(factor, high, c5h);
            factor = Vector512.Create(*(a4 + next2));
            c6l = Vector512.FusedMultiplyAdd(factor, low, c6l);
            c6h = Vector512.FusedMultiplyAdd(factor, high, c6h);
            factor = Vector512.Create(*(a4 + next3));
            c7l = Vector512.FusedMultiplyAdd(factor, low, c7l);
            c7h = Vector512.FusedMultiplyAdd(factor, high, c7h);
            a0 += a.NextDepth;
            a4 += a.NextDepth;
        }

        Put(c0l, c0h, beta, c);
        Put(c1l, c1h, beta, c + 1L * ldc);
        Put(c2l, c2h, beta, c + 2L * ldc);
        Put(c3l, c3h, beta, c + 3L * ldc);
        Put(c4l, c4h, beta, c + 4L * ldc);
        Put(c5l, c5h, beta, c + 5L * ldc);
        Put(c6l, c6h, beta, c + 6L * ldc);
        Put(c7l, c7h, beta, c + 7L * ldc);
    }

    /// <summary>4 rows: 8 sums stay in registers.</summary>
    private static void Multiply4<TRows>(int depth, Strided a, TRows panel, float beta, float* c, int ldc)
        where TRows : struct, IPanelRows
    {
        var (c0l, c0h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c1l, c1h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c2l, c2h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (c3l, c3h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nint next = a.NextRow;
        var (next2, next3) = (2 * next, 3 * next);
        var a0 = a.Pointer;
        for (; depth > 0; depth--)
        {
            panel.Take(out var low, out var high);
            var factor = Vector512.Create(*a0);
            c0l = Vector512.FusedMultiplyAdd(factor, low, c0l);
            c0h = Vector512.FusedMultiplyAdd(factor, high, c0h);
            factor = Vector512.Create(*(a0 + next));
            c1l = Vector512.FusedMultiplyAdd(factor, low, c1l);
            c1h = Vector512.FusedMultiplyAdd(factor, high, c1h);
            factor = Vector512.Create(*(a0 + next2));
            c2l = Vector512.FusedMultiplyAdd(factor, low, c2l);
            c2h = Vector512.FusedMultiplyAdd(factor, high, c2h);
            factor = Vector512.Create(*(a0 + next3));
            c3l = Vector512.FusedMultiplyAdd(factor, low, c3l);
            c3h = Vector512.FusedMultiplyAdd(factor, high, c3h);
            a0 += a.NextDepth;
        }

        Put(c0l, c0h, beta, c);
        Put(c1l, c1h, beta, c + 1L * ldc);
        Put(c2l, c2h, beta, c + 2L * ldc);
        Put(c3l, c3h, beta, c + 3L * ldc);
    }

    private static void Multiply1<TRows>(int depth, Strided a, TRows panel, float beta, float* c)
        where TRows : struct, IPanelRows
    {
        var (sumLow, sumHigh) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var at = a.Pointer;
        for (; depth > 0; depth--, at += a.NextDepth)
        {
            panel.Take(out var low, out var high);
            var factor = Vector512.Create(*at);
            sumLow = Vector512.FusedMultiplyAdd(factor, low, sumLow);
            sumHigh = Vector512.FusedMultiplyAdd(factor, high, sumHigh);
        }

        Put(sumLow, sumHigh, beta, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<float> low, Vector512<float> high, float beta, float* c)
    {
        if (beta != 0)
        {
            low = Vector512.FusedMultiplyAdd(Vector512.Create(beta), Vector512.Load(c), low);
            high = Vector512.FusedMultiplyAdd(Vector512.Create(beta), Vector512.Load(c + Half), high);
        }

        low.Store(c);
        high.Store(c + Half);
    }
}
