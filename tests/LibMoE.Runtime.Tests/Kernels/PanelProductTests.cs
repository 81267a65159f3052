using System.Runtime.InteropServices;
using LibMoE.Runtime.Kernels.Matmul;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The matmul for AVX-512 alone, against sums in float64: every number of rows that has a kernel,
/// and every way to store.</summary>
public sealed unsafe class PanelProductTests : IDisposable
{
    private const int Most = 1200 * 700;
    private const float Old = 3;

    private static readonly int[] Rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 31, 40, 64, 65];

    /// <summary>Columns and depth: whole panels, the last one not full, one not full alone, and more depth than one pass takes; with whole
    /// vectors of depth, and without.</summary>
    private static readonly (int Columns, int Depth)[] Sizes =
        [(32, 32), (96, 50), (70, 16), (20, 33), (64, 600), (40, 1100), (24, 16), (40, 1040)];

    private readonly float* _a = Allocate();
    private readonly float* _b = Allocate();
    private readonly float* _c = Allocate();
    private readonly byte* _scratch = (byte*)Allocate();

    public static TheoryData<bool, bool> Transpositions => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [SkippableTheory]
    [MemberData(nameof(Transpositions))]
    public void Every_number_of_rows_and_every_way_to_store_give_the_sums(bool transposeA, bool transposeB)
    {
        Skip.IfNot(PanelProduct.IsSupported, "this processor lacks AVX-512");
        var product = new PanelProduct();
        foreach (var (n, k) in Sizes)
        {
            foreach (var m in Rows)
            {
                Fill(_a, m * k, seed: m);
                Fill(_b, n * k, seed: n + k);
                foreach (var store in Enum.GetValues<Store>())
                {
                    // Rows of whole cache lines can be streamed, others cannot.
                    foreach (var ldc in new[] { (n + 15) / 16 * 16, n + 1 })
                    {
                        new Span<float>(_c, m * ldc).Fill(Old);
                        product.Multiply(
                            transposeA, transposeB, m, n, k, _a, transposeA ? m : k, _b, transposeB ? k : n, store, _c, ldc, _scratch);
                        AssertSums(transposeA, transposeB, m, n, k, store, ldc);
                    }
                }
            }
        }
    }

    [SkippableFact]
    public void Gradients_that_fill_more_than_the_caches_agree_with_the_dense_oracle()
    {
        Skip.IfNot(PanelProduct.IsSupported, "this processor lacks AVX-512");
        using var scope = NewDisposeScope();
        var path = KernelPath.Of("fp32, 512 bits, panels");
        // 24 experts have gradients of 69 MB, with more rows than a tile has for one of them, and none for some.
        var large = new KernelCase(Activation.SwiGlu, tokens: 150, dim: 256, hidden: 936, experts: 24);
        var uneven = new KernelCase(Activation.Relu, tokens: 300, dim: 256, hidden: 1408, experts: 24, bias: true);
        uneven.Experts_TK = cat([full([300, 1], 3L), uneven.Experts_TK.narrow(1, 0, 1).remainder(3)], 1);
        foreach (var kernelCase in new[] { large, uneven })
        {
            KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(path), path.Tolerance, kernelCase);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_a);
        NativeMemory.AlignedFree(_b);
        NativeMemory.AlignedFree(_c);
        NativeMemory.AlignedFree(_scratch);
    }

    private static float* Allocate() => (float*)NativeMemory.AlignedAlloc(sizeof(float) * Most, 64);

    private static void Fill(float* target, int count, int seed)
    {
        var draws = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            target[i] = draws.NextSingle() - 0.5f;
        }
    }

    private void AssertSums(bool transposeA, bool transposeB, int m, int n, int k, Store store, int ldc)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var (sum, size) = (store == Store.Added ? (double)Old : 0, 1.0);
                for (var d = 0; d < k; d++)
                {
                    var term = (double)_a[transposeA ? (d * m) + i : (i * k) + d] * _b[transposeB ? (j * k) + d : (d * n) + j];
                    (sum, size) = (sum + term, size + Math.Abs(term));
                }

                if (!(Math.Abs(_c[(i * ldc) + j] - sum) <= 1e-6 * size))
                {
                    Assert.Fail($"[{m}, {k}]·[{k}, {n}] into rows of {ldc}, {store}: [{i}, {j}] is {_c[(i * ldc) + j]}, not {sum}.");
                }
            }

            for (var j = n; j < ldc; j++)
            {
                Assert.Equal(Old, _c[(i * ldc) + j]);
            }
        }
    }
}
