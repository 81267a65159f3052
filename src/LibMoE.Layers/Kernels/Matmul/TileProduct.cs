using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// Products of matrices that are in the cache already, where packing one would cost more than it saves: the rows of b stand as vectors, 8
/// rows of a pass over them. The sums are variables of their own, to stay in registers: 16 sums, two vectors of b and one factor.
/// </summary>
internal static unsafe class TileProduct<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Rows of a come in multiples of this.</summary>
    public const int Rows = 8;

    /// <summary>c[m, n] = a[m, k]·b[k, n] (+ c); m is a multiple of <see cref="Rows"/>, n one of the vector width.</summary>
    public static void Multiply(Strided a, float* b, int ldb, int m, int n, int k, Store store, float* c, int ldc)
    {
        var column = 0;
        for (; column <= n - 2 * TLanes.Count; column += 2 * TLanes.Count)
        {
            for (var row = 0; row < m; row += Rows)
            {
                Two(a.Row(row), b + column, ldb, k, store == Store.Added, c + (long)row * ldc + column, ldc);
            }
        }

        for (; column < n; column += TLanes.Count)
        {
            for (var row = 0; row < m; row += Rows)
            {
                One(a.Row(row), b + column, ldb, k, store == Store.Added, c + (long)row * ldc + column, ldc);
            }
        }
    }

    /// <summary>Two vectors of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(Strided a, float* b, int ldb, int depth, bool add, float* c, int ldc)
    {
        var zero = TLanes.Broadcast(0f);
        var (c0l, c0h, c1l, c1h) = (zero, zero, zero, zero);
        var (c2l, c2h, c3l, c3h) = (zero, zero, zero, zero);
        var (c4l, c4h, c5l, c5h) = (zero, zero, zero, zero);
        var (c6l, c6h, c7l, c7h) = (zero, zero, zero, zero);
        nint next = a.NextRow;
        nint nextDepth = a.NextDepth;
        nint stride = ldb;
        var (next2, next3) = (2 * next, 3 * next);
        var a0 = a.Pointer;
        var a4 = a0 + 4 * next;
        for (; depth > 0; depth--)
        {
            var (low, high) = (TLanes.Load(b), TLanes.Load(b + TLanes.Count));
            var factor = TLanes.Broadcast(*a0);
            (c0l, c0h) = (TLanes.MultiplyAdd(factor, low, c0l), TLanes.MultiplyAdd(factor, high, c0h));
            factor = TLanes.Broadcast(*(a0 + next));
            (c1l, c1h) = (TLanes.MultiplyAdd(factor, low, c1l), TLanes.MultiplyAdd(factor, high, c1h));
            factor = TLanes.Broadcast(*(a0 + next2));
            (c2l, c2h) = (TLanes.MultiplyAdd(factor, low, c2l), TLanes.MultiplyAdd(factor, high, c2h));
            factor = TLanes.Broadcast(*(a0 + next3));
            (c3l, c3h) = (TLanes.MultiplyAdd(factor, low, c3l), TLanes.MultiplyAdd(factor, high, c3h));
            factor = TLanes.Broadcast(*a4);
            (c4l, c4h) = (TLanes.MultiplyAdd(factor, low, c4l), TLanes.MultiplyAdd(factor, high, c4h));
            factor = TLanes.Broadcast(*(a4 + next));
            (c5l, c5h) = (TLanes.MultiplyAdd(factor, low, c5l), TLanes.MultiplyAdd(factor, high, c5h));
            factor = TLanes.Broadcast(*(a4 + next2));
            (c6l, c6h) = (TLanes.MultiplyAdd(factor, low, c6l), TLanes.MultiplyAdd(factor, high, c6h));
            factor = TLanes.Broadcast(*(a4 + next3));
            (c7l, c7h) = (TLanes.MultiplyAdd(factor, low, c7l), TLanes.MultiplyAdd(factor, high, c7h));
            a0 += nextDepth;
            a4 += nextDepth;
            b += stride;
        }

        Put(c0l, c0h, add, c);
        Put(c1l, c1h, add, c + ldc);
        Put(c2l, c2h, add, c + 2L * ldc);
        Put(c3l, c3h, add, c + 3L * ldc);
        Put(c4l, c4h, add, c + 4L * ldc);
        Put(c5l, c5h, add, c + 5L * ldc);
        Put(c6l, c6h, add, c + 6L * ldc);
        Put(c7l, c7h, add, c + 7L * ldc);
    }

    /// <summary>The last vector of columns, where their number is odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(Strided a, float* b, int ldb, int depth, bool add, float* c, int ldc)
    {
        var zero = TLanes.Broadcast(0f);
        var (c0, c1, c2, c3) = (zero, zero, zero, zero);
        var (c4, c5, c6, c7) = (zero, zero, zero, zero);
        nint next = a.NextRow;
        nint nextDepth = a.NextDepth;
        nint stride = ldb;
        var (next2, next3) = (2 * next, 3 * next);
        var a0 = a.Pointer;
        var a4 = a0 + 4 * next;
        for (; depth > 0; depth--)
        {
            var row = TLanes.Load(b);
            c0 = TLanes.MultiplyAdd(TLanes.Broadcast(*a0), row, c0);
            c1 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a0 + next)), row, c1);
            c2 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a0 + next2)), row, c2);
            c3 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a0 + next3)), row, c3);
            c4 = TLanes.MultiplyAdd(TLanes.Broadcast(*a4), row, c4);
            c5 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a4 + next)), row, c5);
            c6 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a4 + next2)), row, c6);
            c7 = TLanes.MultiplyAdd(TLanes.Broadcast(*(a4 + next3)), row, c7);
            a0 += nextDepth;
            a4 += nextDepth;
            b += stride;
        }

        Put(c0, add, c);
        Put(c1, add, c + ldc);
        Put(c2, add, c + 2L * ldc);
        Put(c3, add, c + 3L * ldc);
        Put(c4, add, c + 4L * ldc);
        Put(c5, add, c + 5L * ldc);
        Put(c6, add, c + 6L * ldc);
        Put(c7, add, c + 7L * ldc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TLanes low, TLanes high, bool add, float* c)
    {
        Put(low, add, c);
        Put(high, add, c + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TLanes sum, bool add, float* c) => TLanes.Store(add ? sum + TLanes.Load(c) : sum, c);
}
