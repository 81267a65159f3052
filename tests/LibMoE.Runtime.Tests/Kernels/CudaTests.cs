using LibMoE.Runtime.Kernels.Cuda;
using LibMoE.Runtime.Kernels.Experts;
using LibMoE.Runtime.Tests.Hosting;
using LibMoE.Runtime.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The path of CUDA devices, on one. Without a device, and in a build with the CPU backend, these tests skip.</summary>
[Trait("Category", "Cuda")]
public sealed class CudaTests
{
    public static TheoryData<Activation, bool, ScalarType> Grid
    {
        get
        {
            var grid = new TheoryData<Activation, bool, ScalarType>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                grid.Add(activation, false, ScalarType.Float32);
                grid.Add(activation, true, ScalarType.Float32);
                grid.Add(activation, false, ScalarType.BFloat16);
                grid.Add(activation, true, ScalarType.BFloat16);
            }

            return grid;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Grid))]
    public void Outputs_and_all_gradients_agree_with_the_dense_oracle(Activation activation, bool bias, ScalarType compute)
    {
        SkipWithoutDevice();
        Assert.IsType<DevicePath>(ExpertPaths.Of(DeviceType.CUDA, ScalarType.Float32, compute));
        using var scope = NewDisposeScope();
        // Widths that grouped matmuls take, and odd ones that go the portable way.
        foreach (var (dim, hidden) in new[] { (64, 32), (24, 40), (17, 9) })
        {
            var kernelCase = new KernelCase(
                activation, tokens: 200, dim: dim, hidden: hidden, experts: 4, picks: 3, first: 2, slots: 10, bias: bias,
                path: Path(compute));
            var oracle = kernelCase.OracleRun();
            KernelCase.AssertAgree(oracle, OnDevice(kernelCase, compute), compute == ScalarType.BFloat16 ? 1e-2 : 1e-5, kernelCase);
        }
    }

    [SkippableFact]
    public void Repeated_runs_are_bit_identical()
    {
        SkipWithoutDevice();
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 500, dim: 64, hidden: 64, experts: 8);
        var first = OnDevice(kernelCase, ScalarType.BFloat16);
        foreach (var (name, again) in OnDevice(kernelCase, ScalarType.BFloat16))
        {
            Assert.True(first[name].eq(again).all().item<bool>(), $"{name} is not the same, bit for bit.");
        }
    }

    [SkippableFact]
    public void A_language_model_has_the_loss_and_the_gradients_that_it_has_on_the_CPU()
    {
        SkipWithoutDevice();
        using var scope = NewDisposeScope();
        var config = new ModelConfig { Dim = 64, Layers = 2, Heads = 4, Hidden = 64, Context = 32 };
        var ids = randint(0, config.Vocabulary, [4, config.Context + 1], ScalarType.Int64);
        Dictionary<string, Tensor> Measure(Device device)
        {
            var model = LanguageModel.Create(config, MoeVariant.Of<HostedSmoe>(), device: device);
            var text = ids.to(device);
            var output = model.forward(text.narrow(1, 0, config.Context));
            var loss = NextTokenLoss.Mean(output.Logits, text.narrow(1, 1, config.Context));
            loss = output.Routings.Aggregate(loss, (sum, routing) => sum + routing.AuxiliaryLoss);
            loss.backward();
            var measured = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.cpu());
            measured["loss"] = loss.detach().cpu();
            return measured;
        }

        var expected = Measure(CPU).ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float64));
        KernelCase.AssertAgree(expected, Measure(CUDA), 1e-4);
    }

    private static void SkipWithoutDevice() => Skip.IfNot(cuda.is_available(), "torch.cuda.is_available() is false");

    /// <summary>Tells a case to draw numbers that its matmuls represent.</summary>
    private static KernelPath Path(ScalarType compute) =>
        KernelPath.Of(compute == ScalarType.BFloat16 ? "bf16, portable" : "fp32, portable");

    private static Dictionary<string, Tensor> OnDevice(KernelCase kernelCase, ScalarType compute)
    {
        var leaves = kernelCase.Leaves(ScalarType.Float32)
            .ToDictionary(leaf => leaf.Key, leaf => leaf.Value.detach().cuda().requires_grad_());
        var y_TD = RoutedExperts.Run(
            kernelCase.Activation, leaves["x"], RoutingPlan.Sort(kernelCase.Experts_TK.cuda(), kernelCase.Slots), leaves["weights"],
            leaves["up"], leaves["down"], leaves.GetValueOrDefault("up_bias"), leaves.GetValueOrDefault("down_bias"),
            kernelCase.First, compute);
        y_TD.backward([kernelCase.Upstream_TD.to(ScalarType.Float32).cuda()]);
        var results = new Dictionary<string, Tensor> { ["y"] = y_TD.detach().cpu() };
        foreach (var (name, leaf) in leaves)
        {
            results[name] = leaf.grad!.cpu();
        }

        return results;
    }
}
