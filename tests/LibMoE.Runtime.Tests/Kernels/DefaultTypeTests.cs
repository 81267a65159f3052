using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Backbone.Attending;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>Which number type a program makes tensors of where it says none changes no number of a kernel.</summary>
public sealed class DefaultTypeTests
{
    public static TheoryData<string> Kernels => [.. Functions.Keys];

    private static Dictionary<string, Func<Tensor, Tensor, Tensor>> Functions { get; } = new()
    {
        ["weights of picks"] = (x, w) => CombineWeights.SoftmaxOverPicks(x.matmul(w), TopPicks.Largest(x.matmul(w).detach(), 2)),
        ["switch loss"] = (x, w) => BalanceTerms.Switch(x.matmul(w).softmax(-1), tensor(Enumerable.Repeat(4L, 64).ToArray()), mask_T: null),
        ["linear"] = (x, w) => LinearProduct.Run(x, w),
        ["norm"] = (x, w) => RmsNorm.Run(x, w.select(0, 0), 1e-6),
        ["experts"] = (x, w) => RoutedExperts.Run(
            Activation.SwiGlu, x, RoutingPlan.Sort(tensor([.. Enumerable.Range(0, 256).Select(i => i % 2L)], [128, 2]), 2),
            x.narrow(1, 0, 2).detach(), stack([w, w]), stack([w.narrow(0, 0, 32), w.narrow(0, 32, 32)])),
        ["attention"] = (x, _) => Attend(x.reshape(1, 128, 2, 32).transpose(1, 2)),
    };

    [SkippableTheory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_gives_the_same_numbers_and_gradients_whatever_the_default_type_is(string name)
    {
        Skip.If(name == "attention" && TorchLibrary.Loaded is null, "libtorch exports too little here.");
        using var scope = NewDisposeScope();
        using var draws = new Generator(3);
        var (x, w) = (randn([128, 64], generator: draws), randn([64, 64], generator: draws));
        var expected = Numbers(name, x, w);

        foreach (var type in new[] { ScalarType.Float64, ScalarType.BFloat16 })
        {
            set_default_dtype(type);
            try
            {
                Assert.Equal(expected, Numbers(name, x, w));
            }
            finally
            {
                set_default_dtype(ScalarType.Float32);
            }
        }
    }

    private static float[] Numbers(string name, Tensor x, Tensor w)
    {
        var (a, b) = (x.detach().clone().requires_grad_(), w.detach().clone().requires_grad_());
        var y = Functions[name](a, b);
        y.pow(2).sum().backward();
        return [.. y.data<float>(), .. a.grad!.data<float>(), .. b.grad is { } gradient ? gradient.data<float>().ToArray() : []];
    }

    private static Tensor Attend(Tensor x) => AttentionKernel.Create(TorchLibrary.Loaded!, 8) is { } kernel
        ? new AttentionCase(1, 2, 2, 128, 128, 32).Compute(kernel, x, x, x, 0.2)
        : x;
}
