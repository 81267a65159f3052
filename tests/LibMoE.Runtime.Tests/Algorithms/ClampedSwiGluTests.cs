using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

// One expert of one hidden unit, which every token picks with weight 1.
#pragma warning disable MOE101, MOE103
[MoeLayer, Experts<SwiGlu>(1, Hidden = 1, Limit = 7, Slope = 1.702, UpOffset = 1), SoftmaxGate(TopK = 1)]
internal sealed partial class GptOssExpert;

[MoeLayer, Experts<SwiGlu>(1, Hidden = 1, Limit = 7, ClampAfterActivation = true), SoftmaxGate(TopK = 1)]
internal sealed partial class StepExpert;
#pragma warning restore MOE101, MOE103

[MoeLayer, Experts<SwiGlu>(4, Limit = 0.5, Slope = 1.702, UpOffset = 1, Bias = true), SoftmaxGate(TopK = 2, RouterBias = true)]
[SharedExperts<SwiGlu>(2, Limit = 0.5, Slope = 1.702, UpOffset = 1, Bias = true)]
internal sealed partial class ClampedEverywhere;

[MoeLayer, Experts<SwiGlu>(4, Limit = 0.5, ClampAfterActivation = true), Experts<GeGluTanh>(2, Bias = true), Experts<SiTu>(2)]
[SigmoidGate(TopK = 3)]
[SharedExperts<SiTu>(1, Bias = true, Gated = true)]
internal sealed partial class NewKinds;

/// <summary>SwiGLU as gpt-oss, DeepSeek-V4 and Step have it: clamped, with a slope and an offset.</summary>
public class ClampedSwiGluTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(-3, -20)]
    [InlineData(9, 20)]
    [InlineData(-30, 6.5)]
    public void The_gate_is_clamped_from_above_only_and_the_up_projection_from_both_sides(double gate, double up)
    {
        var g = Math.Min(gate, 7);
        var expected = (Math.Clamp(up, -7, 7) + 1) * g / (1 + Math.Exp(-1.702 * g));

        Assert.Equal(expected, Run<GptOssExpert>(gate, up).Y, 1e-12);
    }

    [Fact]
    public void A_clamp_behind_the_activation_saturates_at_the_limit_and_one_before_it_below()
    {
        Assert.Equal(7 * 2, Run<StepExpert>(50, 2).Y, 1e-12);
        Assert.Equal(7 * 3 / (1 + Math.Exp(-1.702 * 7)), Run<GptOssExpert>(50, 2).Y, 1e-12);
    }

    [Fact]
    public void A_number_at_the_bound_passes_its_gradient_and_one_beyond_it_none()
    {
        // The next number that float32 has.
        double beyond = MathF.BitIncrement(7);
        Assert.True(Run<GptOssExpert>(7, 1).ByGate > 1);
        Assert.Equal(0, Run<GptOssExpert>(beyond, 1).ByGate);
        Assert.True(Run<GptOssExpert>(1, 7).ByUp > 0.5);
        Assert.True(Run<GptOssExpert>(1, -7).ByUp > 0.5);
        Assert.Equal(0, Run<GptOssExpert>(1, beyond).ByUp);
        Assert.Equal(0, Run<GptOssExpert>(1, -beyond).ByUp);
        Assert.Equal(0, Run<StepExpert>(50, 2).ByGate);
    }

    [Fact]
    public void Layers_with_clamped_experts_biases_of_shared_ones_and_the_new_kinds_pass_the_kit()
    {
        LayerKit.Check<ClampedEverywhere>();
        LayerKit.Check<NewKinds>();
    }

    [Fact]
    public void Shared_experts_with_biases_have_one_of_each_projection()
    {
        using var layer = ClampedEverywhere.Create(new MoeShape(6, 5));
        var shapes = layer.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.shape);

        Assert.Equal([20L], shapes["shared.up_bias"]);
        Assert.Equal([6L], shapes["shared.down_bias"]);
    }

    /// <summary>The token is (g, u), and the expert's matrices hand it through; in float32, by the fused kernels, and in float64.</summary>
    private static (double Y, double ByGate, double ByUp) Run<TLayer>(double gate, double up)
        where TLayer : MoeLayer, IMoeLayer<TLayer>
    {
        using var scope = NewDisposeScope();
        var exact = Of(ScalarType.Float64);
        var fused = Of(ScalarType.Float32);
        Assert.Equal(exact.Y, fused.Y, 1e-4);
        Assert.Equal(exact.ByGate, fused.ByGate, 1e-4);
        Assert.Equal(exact.ByUp, fused.ByUp, 1e-4);
        return exact;

        (double Y, double ByGate, double ByUp) Of(ScalarType type)
        {
            var layer = TLayer.Create(new MoeShape(2) { DType = type });
            using (no_grad())
            {
                layer.get_parameter("experts.gate_up")!.copy_(eye(2).unsqueeze(0));
                layer.get_parameter("experts.down")!.copy_(tensor(new[] { 1.0, 0 }).reshape(1, 1, 2));
            }

            var x = tensor(new[] { gate, up }).reshape(1, 2).to(type).requires_grad_(true);
            var y = layer.forward(x).Hidden.select(1, 0).sum();
            y.backward();
            var gradient = x.grad!.to(ScalarType.Float64).data<double>().ToArray();
            return (y.to(ScalarType.Float64).item<double>(), gradient[0], gradient[1]);
        }
    }
}
