using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class KernelMemoryTests
{
    private const int Steps = 2000;
    private const int Part = 200;
    private const long Slack = 24 << 20;

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Two_thousand_steps_leave_the_live_tensors_and_the_resident_memory_flat(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        // The numbers of tokens and rows per expert change from step to step, as they do in training.
        var cases = Enumerable.Range(0, 10)
            .Select(i => new KernelCase(Activation.SwiGlu, tokens: 100 + 37 * i, dim: 32, hidden: 32, seed: i)).ToList();
        var inputs = cases.Select(one => one.Leaves(ScalarType.Float32)).ToList();
        var (tensors, memory) = (new List<long>(), new List<long>());
        for (var step = 1; step <= Steps; step++)
        {
            Step(cases[step % cases.Count], inputs[step % cases.Count], compute);
            if (step % Part == 0)
            {
                memory.Add(SteadyGrowth.Resident());
                tensors.Add(LiveTensors.Count);
            }
        }

        Assert.Single(tensors.Distinct());
        Assert.True(SteadyGrowth.Of(memory[1..]) < Slack, $"resident bytes every {Part} steps: {string.Join(", ", memory)}");
    }

    [SkippableFact]
    public void Where_matmuls_are_bfloat16_values_before_the_activation_are_kept_as_such_so_that_the_peak_falls_by_a_quarter()
    {
        Skip.IfNot(PeakOfBackward.IsMeasurable, "Peaks of memory are measured on Linux.");
        Skip.If(CpuKernels.Detected is null, "this machine lacks: Library");
        var (float32, bfloat16) = (PeakOfBackward.InAnotherProcess("float32 experts"), PeakOfBackward.InAnotherProcess("bfloat16 experts"));
        Assert.True(bfloat16 < 0.75 * float32, $"{bfloat16} KiB in the place of {float32}");
    }

    private static void Step(KernelCase kernelCase, Dictionary<string, Tensor> inputs, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var plan = RoutingPlan.Sort(kernelCase.Experts_TK, kernelCase.Slots);
        var y_TD = RoutedExperts.Run(
            Activation.SwiGlu, inputs["x"], plan, inputs["weights"], inputs["up"], inputs["down"], compute: compute);
        y_TD.sum().backward();
        foreach (var input in inputs.Values)
        {
            input.grad = null;
        }
    }
}
