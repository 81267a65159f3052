using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class RmsNormTests
{
    private const double Epsilon = 1e-5;

    [SkippableTheory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(1)]
    public void Outputs_and_gradients_of_every_width_agree_with_the_formula_in_float64(int lanes)
    {
        Skip.If(TorchLibrary.Loaded is null, "libtorch exports too little for the kernels");
        using var scope = NewDisposeScope();
        var kernels = new CpuKernels(TorchLibrary.Loaded!, lanes, new BlasProduct(TorchLibrary.Loaded!), null);
        foreach (var (rows, dim) in new[] { (2, 5), (1, 17), (3, 16), (130, 20), (65, 33), (200, 128) })
        {
            using var generator = new Generator(7);
            var (x, w) =
                (randn([rows, dim], ScalarType.Float64, generator: generator), randn([dim], ScalarType.Float64, generator: generator));
            var upstream = randn([rows, dim], ScalarType.Float64, generator: generator);
            var expected = Measure(x, w, upstream, (a, b) => a / (a * a).mean([1], keepdim: true).add(Epsilon).sqrt() * b);
            var actual = Measure(
                x.to(ScalarType.Float32), w.to(ScalarType.Float32), upstream.to(ScalarType.Float32),
                (a, b) => FusedRmsNorm.Compute(kernels, a, b, Epsilon));
            KernelCase.AssertAgree(expected, actual, 1e-6);
        }
    }

    [Fact]
    public void The_public_one_takes_any_leading_dims_strides_and_types()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        var (x, w) = (randn([4, 6, 3], generator: generator).transpose(0, 2), rand([4], generator: generator));
        var expected = RmsNorm.Portable(x.to(ScalarType.Float64), w.to(ScalarType.Float64), Epsilon);
        KernelCase.AssertAgree(new() { ["y"] = expected }, new() { ["y"] = RmsNorm.Run(x, w, Epsilon) }, 1e-6);
        var coarse = RmsNorm.Run(x.to(ScalarType.BFloat16), w.to(ScalarType.BFloat16), Epsilon);
        Assert.Equal(ScalarType.BFloat16, coarse.dtype);
        KernelCase.AssertAgree(new() { ["y"] = expected }, new() { ["y"] = coarse }, 1e-2);
        Assert.Equal([0, 5, 4], RmsNorm.Run(empty(0, 5, 4), w, Epsilon).shape);
    }

    [Fact]
    public void A_weight_of_another_width_is_refused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => RmsNorm.Run(rand(2, 4), rand(3), Epsilon));
        Assert.Contains("The weight must be [4]", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Tensor> Measure(Tensor x, Tensor w, Tensor upstream, Func<Tensor, Tensor, Tensor> norm)
    {
        var (leaf, weight) = (x.clone().requires_grad_(), w.clone().requires_grad_());
        var y = norm(leaf, weight);
        y.backward([upstream]);
        return new() { ["y"] = y.detach(), ["x"] = leaf.grad!, ["w"] = weight.grad! };
    }
}
