using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>The float32 matmul of the BLAS that libtorch was linked with.</summary>
internal sealed unsafe class BlasProduct(TorchLibrary torch) : MatrixProduct
{
    public override void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, Store store, float* c,
        int ldc, byte* scratch) =>
        torch.Multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, store == Store.Added ? 1 : 0, c, ldc);
}
