using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>
/// Products with a few rows of a, as decoding has them: b is read once, where it lies; to pack it would cost more than the product.
/// </summary>
internal static unsafe class FewRows
{
    /// <summary>With more rows, packing pays.</summary>
    public const int Most = 4;

    /// <summary>How many rows of b one pass over c takes in.</summary>
    private const int Depth = 4;

    /// <summary>Row-major c[m, n] = a[m, k]·b[k, n] (+ c), with operands as an element type stores them.</summary>
    public static void Multiply<TElement>(int m, int n, int k, float* a, int lda, float* b, int ldb, bool add, float* c, int ldc)
        where TElement : struct, IElement
    {
        for (var row = 0; row < m; row++, a += lda, c += ldc)
        {
            if (!add)
            {
                new Span<float>(c, n).Clear();
            }

            var from = 0;
            for (; from <= k - Depth; from += Depth)
            {
                Add<TElement>(a + from, b + (long)from * ldb, ldb, n, c);
            }

            for (; from < k; from++)
            {
                AddOne<TElement>(a + from, b + (long)from * ldb, n, c);
            }
        }
    }

    /// <summary>c[:] += Σ a[i]·b[i, :] over four rows of b.</summary>
    private static void Add<TElement>(float* a, float* b, int ldb, int n, float* c)
        where TElement : struct, IElement
    {
        var b1 = b + ldb;
        var b2 = b1 + ldb;
        var b3 = b2 + ldb;
        var (f0, f1) = (TElement.Load<SingleLane>(a, 0), TElement.Load<SingleLane>(a, 1));
        var (f2, f3) = (TElement.Load<SingleLane>(a, 2), TElement.Load<SingleLane>(a, 3));
        var (w0, w1) = (Lanes512.Broadcast(SingleLane.Sum(f0)), Lanes512.Broadcast(SingleLane.Sum(f1)));
        var (w2, w3) = (Lanes512.Broadcast(SingleLane.Sum(f2)), Lanes512.Broadcast(SingleLane.Sum(f3)));
        var j = 0;
        for (; j <= n - Lanes512.Count; j += Lanes512.Count)
        {
            var sum = Lanes512.MultiplyAdd(w0, TElement.Load<Lanes512>(b, j), Lanes512.Load(c + j));
            sum = Lanes512.MultiplyAdd(w1, TElement.Load<Lanes512>(b1, j), sum);
            sum = Lanes512.MultiplyAdd(w2, TElement.Load<Lanes512>(b2, j), sum);
            Lanes512.Store(Lanes512.MultiplyAdd(w3, TElement.Load<Lanes512>(b3, j), sum), c + j);
        }

        for (; j < n; j++)
        {
            var sum = SingleLane.MultiplyAdd(f0, TElement.Load<SingleLane>(b, j), SingleLane.Load(c + j));
            sum = SingleLane.MultiplyAdd(f1, TElement.Load<SingleLane>(b1, j), sum);
            sum = SingleLane.MultiplyAdd(f2, TElement.Load<SingleLane>(b2, j), sum);
            SingleLane.Store(SingleLane.MultiplyAdd(f3, TElement.Load<SingleLane>(b3, j), sum), c + j);
        }
    }

    private static void AddOne<TElement>(float* a, float* b, int n, float* c)
        where TElement : struct, IElement
    {
        var factor = TElement.Load<SingleLane>(a, 0);
        for (var j = 0; j < n; j++)
        {
            SingleLane.Store(SingleLane.MultiplyAdd(factor, TElement.Load<SingleLane>(b, j), SingleLane.Load(c + j)), c + j);
        }
    }
}
