using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class LinearProductTests
{
    private static readonly (int Rows, int Inputs, int Outputs)[] Sizes =
        [(1, 5, 3), (13, 1, 1), (16, 32, 32), (40, 17, 33), (300, 64, 96), (530, 70, 45), (37, 600, 1100)];

    [SkippableFact]
    public void Outputs_and_gradients_agree_with_the_formula_in_float64_over_both_matmuls()
    {
        Skip.If(TorchLibrary.Loaded is null, "libtorch exports too little for the kernels");
        using var scope = NewDisposeScope();
        foreach (var product in Products())
        {
            foreach (var (rows, inputs, outputs) in Sizes)
            {
                var (x, w, upstream) = Inputs(rows, inputs, outputs);
                var expected = Measure(x, w, upstream, (a, b) => a.matmul(b.t()));
                var actual = Measure(
                    x.to(ScalarType.Float32), w.to(ScalarType.Float32), upstream.to(ScalarType.Float32),
                    (a, b) => FusedLinear.Compute(product, a, b));
                KernelCase.AssertAgree(expected, actual, 1e-6);
            }
        }
    }

    [Fact]
    public void Any_leading_dims_strides_and_a_bias_give_what_libtorch_gives()
    {
        using var scope = NewDisposeScope();
        var (x, w, b) = (randn(9, 6, 20).transpose(0, 1), randn(20, 7).t(), randn(7));
        var expected = nn.functional.linear(x.to(ScalarType.Float64), w.to(ScalarType.Float64), b.to(ScalarType.Float64));
        KernelCase.AssertAgree(new() { ["y"] = expected }, new() { ["y"] = LinearProduct.Run(x, w, b) }, 1e-6);
        KernelCase.AssertAgree(new() { ["y"] = expected[0, 0] }, new() { ["y"] = LinearProduct.Run(x[0, 0], w, b) }, 1e-6);
        Assert.Equal([0, 6, 7], LinearProduct.Run(empty(0, 6, 20), w, b).shape);
        Assert.Equal(ScalarType.BFloat16, LinearProduct.Run(x.to(ScalarType.BFloat16), w.to(ScalarType.BFloat16)).dtype);
    }

    [Fact]
    public void The_gradient_of_a_broadcast_sum_and_of_a_weight_alone_are_right()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(50, 12), randn(8, 12).requires_grad_());
        // sum() sends back one number with strides of 0.
        LinearProduct.Run(x, w).sum().backward();
        KernelCase.AssertAgree(new() { ["w"] = x.to(ScalarType.Float64).sum([0]).expand(8, 12) }, new() { ["w"] = w.grad! }, 1e-6);
        Assert.Null(x.grad);
    }

    [SkippableTheory]
    [InlineData(700, 160, 130)]
    [InlineData(60, 1024, 1100)]
    public void The_bits_do_not_depend_on_the_threads(int rows, int inputs, int outputs)
    {
        Skip.If(TorchLibrary.Loaded is null, "libtorch exports too little for the kernels");
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            foreach (var product in Products())
            {
                var (x, w, upstream) = Inputs(rows, inputs, outputs);
                var once = One(1);
                Assert.All(One(2), pair => Assert.True(pair.Value.equal(once[pair.Key]).all().item<bool>(), pair.Key));

                Dictionary<string, Tensor> One(int count)
                {
                    set_num_threads(count);
                    return Measure(
                        x.to(ScalarType.Float32), w.to(ScalarType.Float32), upstream.to(ScalarType.Float32),
                        (a, b) => FusedLinear.Compute(product, a, b));
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [SkippableTheory]
    [InlineData(16)]
    [InlineData(40)]
    public void A_row_has_the_same_bits_among_few_rows_and_among_many(int few)
    {
        const int Rows = 100, Inputs = 48, Outputs = 256;
        Skip.If(
            new[] { few, Rows }.Any(rows => CpuKernels.Detected?.OwnProduct(rows * Inputs * Outputs) is null),
            "libtorch's BLAS multiplies here");
        using var scope = NewDisposeScope();
        var (x, w) = (randn(Rows, Inputs), randn(Outputs, Inputs));

        Assert.True(LinearProduct.Run(x, w).narrow(0, 0, few).equal(LinearProduct.Run(x.narrow(0, 0, few), w)).all().item<bool>());
    }

    [Fact]
    public void Repeated_steps_leave_no_tensor()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(64, 32).requires_grad_(), randn(48, 32).requires_grad_());
        Step();
        var before = LiveTensors.Count;
        for (var i = 0; i < 5; i++)
        {
            Step();
        }

        Assert.Equal(before, LiveTensors.Count);

        void Step()
        {
            using var step = NewDisposeScope();
            LinearProduct.Run(x, w).square().sum().backward();
            (x.grad, w.grad) = (null, null);
        }
    }

    private static IEnumerable<ParallelProduct> Products()
    {
        yield return new(TorchLibrary.Loaded!, new BlasProduct(TorchLibrary.Loaded!));
        if (PanelProduct.IsSupported)
        {
            yield return new(TorchLibrary.Loaded!, new PanelProduct { KeepsBits = true });
        }
    }

    private static (Tensor X, Tensor W, Tensor Upstream) Inputs(int rows, int inputs, int outputs)
    {
        using var generator = new Generator(7);
        return (Draw(rows, inputs), Draw(outputs, inputs), Draw(rows, outputs));

        Tensor Draw(int first, int second) => randn([first, second], ScalarType.Float64, generator: generator);
    }

    private static Dictionary<string, Tensor> Measure(Tensor x, Tensor w, Tensor upstream, Func<Tensor, Tensor, Tensor> multiply)
    {
        var (leaf, weight) = (x.clone().requires_grad_(), w.clone().requires_grad_());
        var y = multiply(leaf, weight);
        y.backward([upstream]);
        return new() { ["y"] = y.detach(), ["x"] = leaf.grad!, ["w"] = weight.grad! };
    }
}
