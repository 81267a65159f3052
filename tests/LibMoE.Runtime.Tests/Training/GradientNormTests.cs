using LibMoE.Runtime.Kernels.Optimizer;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>The norm that clipping divides by, for gradients of any size.</summary>
public class GradientNormTests
{
    public static TheoryData<float, int> Cases
    {
        get
        {
            var cases = new TheoryData<float, int>();
            foreach (var size in new[] { 1e-42f, 1e-30f, 1e-24f, 1e-15f, 1f, 1e18f, 1e19f, 1e30f, 3e38f })
            {
                foreach (var count in new[] { 1, 7, 255, 256, 257, 40_000 })
                {
                    cases.Add(size, count);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_norm_of_equal_numbers_is_their_size_times_the_root_of_their_count(float size, int count)
    {
        using var scope = NewDisposeScope();

        var norm = FusedAdamW.Norm([full(count, size), zeros(300)]);

        Assert.Equal(1, norm / (size * Math.Sqrt(count)), 2e-7);
    }

    [Fact]
    public void Small_gradients_beside_large_ones_and_all_vector_widths_give_the_float64_norm()
    {
        using var scope = NewDisposeScope();
        using var draws = new Generator(1);
        var gradient = randn([2000], generator: draws) * logspace(-30, 30, 2000);
        var expected = gradient.to(ScalarType.Float64).norm().item<double>();

        Assert.Equal(1, FusedAdamW.Norm([gradient]) / expected, 1e-7);
        Assert.Equal(1, FusedAdamW.Norm([gradient.to(ScalarType.Float64)]) / expected, 1e-12);
        foreach (var lanes in new[] { 1, 8, 16 })
        {
            if (lanes == 8 && !System.Runtime.Intrinsics.X86.Avx2.IsSupported
                || lanes == 16 && !System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            {
                continue;
            }

            Assert.Equal(1, Math.Sqrt(Sum(AdamWKernel.Create(lanes), gradient)) / expected, 1e-7);
        }
    }

    [Fact]
    public void A_norm_of_what_is_not_finite_is_not_finite()
    {
        using var scope = NewDisposeScope();
        Assert.True(double.IsNaN(FusedAdamW.Norm([tensor(new[] { 1f, float.NaN })])));
        Assert.True(double.IsPositiveInfinity(FusedAdamW.Norm([full(300, float.NegativeInfinity)])));
        Assert.Equal(0, FusedAdamW.Norm([zeros(1000)]));
    }

    private static unsafe double Sum(AdamWKernel kernel, Tensor gradient)
    {
        var values = gradient.data<float>().ToArray();
        fixed (float* first = values)
        {
            return kernel.SumOfSquares(first, values.Length);
        }
    }
}
