using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The bfloat16 matmul and its packing alone, on both of their ways: whole vectors, and what is left at the edges. What is the
/// nearest bfloat16 number, libtorch says.</summary>
public sealed unsafe class BFloat16ProductTests : IDisposable
{
    private const int Most = 700 * 700;
    private const float Old = 3;

    /// <summary>Rows, columns and depth: with whole blocks alone, with edges of each, and with more depth than one pass takes.</summary>
    private static readonly (int Rows, int Columns, int Depth)[] Sizes =
        [(64, 64, 64), (96, 128, 256), (5, 17, 33), (37, 20, 12), (47, 70, 95), (600, 40, 300), (31, 15, 31)];

    private readonly float* _a = Allocate();
    private readonly float* _b = Allocate();
    private readonly float* _c = Allocate();
    private readonly byte* _scratch = (byte*)Allocate();

    public static TheoryData<bool, bool> Transpositions => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [SkippableTheory]
    [MemberData(nameof(Transpositions))]
    public void Products_are_the_sums_of_rounded_operands(bool transposeA, bool transposeB)
    {
        Skip.If(TorchLibrary.Loaded is null || BFloat16Product.Find(TorchLibrary.Loaded) is null, "this processor lacks bfloat16 products");
        var product = BFloat16Product.Find(TorchLibrary.Loaded!)!;
        foreach (var ((m, n, k), store) in Sizes.SelectMany(size => new[] { (size, Store.Over), (size, Store.Added) }))
        {
            var (a, b) = (Fill(_a, m * k, seed: m), Fill(_b, n * k, seed: n + k));
            new Span<float>(_c, m * n).Fill(Old);
            product.Multiply(transposeA, transposeB, m, n, k, _a, transposeA ? m : k, _b, transposeB ? k : n, store, _c, n, _scratch);
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    var (sum, size) = (store == Store.Added ? (double)Old : 0, 1.0);
                    for (var d = 0; d < k; d++)
                    {
                        var term = (double)a[transposeA ? (d * m) + i : (i * k) + d] * b[transposeB ? (j * k) + d : (d * n) + j];
                        (sum, size) = (sum + term, size + Math.Abs(term));
                    }

                    Assert.True(
                        Math.Abs(_c[(i * n) + j] - sum) <= 1e-6 * size,
                        $"[{m}, {k}]·[{k}, {n}], {store}: [{i}, {j}] is {_c[(i * n) + j]}, not {sum}.");
                }
            }
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packed_numbers_are_the_nearest_in_their_places_and_zero_beside_them(bool transposed)
    {
        Skip.IfNot(Vector512.IsHardwareAccelerated, "this processor lacks vectors of 512 bits");
        const int columns = 48, depth = 70, width = 64;
        var b = Fill(_b, columns * depth, seed: 3);
        (_b[5], _b[depth * 17], _b[200]) = (float.NaN, float.PositiveInfinity, float.MaxValue);
        (b[5], b[depth * 17], b[200]) = (float.NaN, float.PositiveInfinity, float.PositiveInfinity);

        var pairs = (uint*)_c;
        BFloat16Pack.Pairs(transposed ? new(_b, depth, 1) : new(_b, 1, columns), columns, depth, width, pairs);
        var rows = (ushort*)_scratch;
        BFloat16Pack.Rows(transposed ? new(_b, 1, columns) : new(_b, depth, 1), columns, depth, rows);

        for (var j = 0; j < columns; j++)
        {
            for (var k = 0; k < BFloat16Pack.Filled(depth); k++)
            {
                var pair = pairs[(k / 2 * width) + j];
                var inPairs = k < depth ? b[transposed ? (j * depth) + k : (k * columns) + j] : 0;
                var inRows = k < depth ? b[transposed ? (k * columns) + j : (j * depth) + k] : 0;
                Assert.Equal(inPairs, Of((ushort)(k % 2 == 0 ? pair : pair >> 16)));
                Assert.Equal(inRows, Of(rows[(j * BFloat16Pack.Filled(depth)) + k]));
            }
        }
    }

    [Fact]
    public void Rows_that_are_shortened_and_widened_again_are_the_nearest_bfloat16_numbers_whatever_their_length()
    {
        RowKernels[] kernels =
        [
            new RowKernels<SingleLane, Float32Element>(),
            .. Vector256.IsHardwareAccelerated ? [new RowKernels<Lanes256, Float32Element>()] : Array.Empty<RowKernels>(),
            .. Vector512.IsHardwareAccelerated ? [new RowKernels<Lanes512, Float32Element>()] : Array.Empty<RowKernels>(),
        ];
        var nearest = Fill(_a, 70, seed: 1);
        foreach (var kernel in kernels)
        {
            for (var count = 0; count <= 70; count++)
            {
                new Span<float>(_b, 71).Fill(3);
                kernel.Shorten(_a, (ushort*)_c, count);
                kernel.Widen((ushort*)_c, _b, count);
                Assert.Equal([.. nearest[..count], 3f], new Span<float>(_b, count + 1).ToArray());
            }
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

    private static float Of(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);

    /// <summary>Draws numbers, and gives the nearest bfloat16 ones.</summary>
    private static float[] Fill(float* target, int count, int seed)
    {
        using var scope = NewDisposeScope();
        var draws = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            target[i] = draws.NextSingle() - 0.5f;
        }

        return tensor(new Span<float>(target, count).ToArray()).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray();
    }
}
