namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>One way to multiply matrices of float32 numbers in memory, on the calling thread. Threads may share an instance.</summary>
internal abstract unsafe class MatrixProduct
{
    /// <summary>Scratch memory of one call, in bytes.</summary>
    public virtual int ScratchBytes => 0;

    /// <summary>How many rows of an expert go from step to step together: enough for full speed, few enough for the cache.</summary>
    public virtual int TileRows => 256;

    /// <summary>Row-major c[m, n] = op(a)[m, k]·op(b)[k, n] (+ c).</summary>
    /// <param name="transposeA">Whether a is stored as [k, m].</param>
    /// <param name="transposeB">Whether b is stored as [n, k].</param>
    /// <param name="m">Rows of the product.</param>
    /// <param name="n">Columns of the product.</param>
    /// <param name="k">The length of the sums.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="lda">The length of its stored rows.</param>
    /// <param name="b">The second operand.</param>
    /// <param name="ldb">The length of its stored rows.</param>
    /// <param name="store">What becomes of the numbers in c.</param>
    /// <param name="c">The product.</param>
    /// <param name="ldc">The length of its stored rows.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> of memory of this call's own, aligned to a cache line.</param>
    public abstract void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, Store store, float* c,
        int ldc, byte* scratch);
}
