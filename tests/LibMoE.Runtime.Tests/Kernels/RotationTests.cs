using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class RotationTests
{
    /// <summary>Float64 takes libtorch operations, float32 the kernel.</summary>
    [Theory]
    [InlineData(RotaryLayout.Half, 32, 1.0)]
    [InlineData(RotaryLayout.Half, 20, 0.6)]
    [InlineData(RotaryLayout.Interleaved, 16, 1.0)]
    [InlineData(RotaryLayout.Interleaved, 20, 0.5)]
    public void The_kernel_turns_heads_and_gradients_as_libtorch_operations_do(RotaryLayout layout, int channels, double fraction)
    {
        using var scope = NewDisposeScope();
        var config = new ModelConfig { Dim = 2 * channels, Heads = 2, Context = 90, RotaryLayout = layout, RotaryFraction = fraction };
        using var rotary = new RotaryEmbedding(config);
        using var generator = new Generator(3);
        var x_SLAC = randn([2, 80, 2, channels], ScalarType.Float64, generator: generator);
        var upstream_SALC = randn([2, 2, 80, channels], ScalarType.Float64, generator: generator);
        Dictionary<string, Tensor> Measure(ScalarType type)
        {
            var leaf = x_SLAC.to(type).clone().requires_grad_();
            var y_SALC = rotary.Rotate(leaf.transpose(1, 2), position: 7);
            y_SALC.backward([upstream_SALC.to(type)]);
            return new() { ["y"] = y_SALC.detach(), ["x"] = leaf.grad! };
        }

        KernelCase.AssertAgree(Measure(ScalarType.Float64), Measure(ScalarType.Float32), 1e-6);
    }
}
