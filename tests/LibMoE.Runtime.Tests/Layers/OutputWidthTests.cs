using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>A layer between two models gives back vectors of another width than it takes.</summary>
public sealed class OutputWidthTests
{
    public static TheoryData<string> Wide => new(nameof(SixGelu), nameof(FourSigmoidGelu), nameof(FourSwiGlu));

    [Theory, MemberData(nameof(Wide))]
    public void Outputs_are_the_weighted_sum_of_the_picked_experts_FFNs(string name)
    {
        using var scope = NewDisposeScope();
        var variant = Variant(name);
        using var layer = variant.Create(new MoeShape(6, 10) { Output = 15, DType = ScalarType.Float64, Seed = 2 });
        var x_SLD = rand([2, 7, 6], ScalarType.Float64);
        Widen(layer);

        var output = layer.forward(x_SLD);

        Assert.Equal([2, 7, 15], output.Hidden.shape);
        Near(Expected(layer, x_SLD, output.Routing), output.Hidden.reshape(-1, 15), 1e-12);
    }

    [Theory, MemberData(nameof(Wide))]
    public void Float32_kernels_agree_with_float64_and_every_parameter_gets_a_gradient(string name)
    {
        using var scope = NewDisposeScope();
        using var layer = Variant(name).Create(new MoeShape(16, 24) { Output = 40, Seed = 2 });
        Widen(layer);
        var x_TD = rand([50, 16]) - 0.5;

        var output = layer.forward(x_TD);
        (output.Hidden.sum() + output.Routing.AuxiliaryLoss).backward();

        Near(Expected(layer, x_TD, output.Routing), output.Hidden, 1e-5);
        Assert.All(layer.named_parameters(), parameter => Assert.True(
            parameter.parameter.grad is { } grad && grad.abs().sum().item<float>() > 0, parameter.name));
    }

    [Fact]
    public void The_declaration_counts_the_parameters_of_that_width()
    {
        using var scope = NewDisposeScope();
        var shape = new MoeShape(6, 10) { Output = 15 };
        using var layer = SixGelu.Create(shape);

        Assert.Equal(layer.parameters().Sum(parameter => parameter.numel()), layer.Declaration.TotalParameters(shape));
        Assert.Equal(6 * (6 * 10 + 10 + 10 * 15 + 15) + 6 * 6, layer.Declaration.TotalParameters(shape));
    }

    [Fact]
    public void Experts_that_give_tokens_back_as_they_are_are_refused() =>
        Assert.Contains(
            "Copy experts give tokens back as they are, which are 6 wide, not 15",
            Assert.Throws<ArgumentException>(() => GeluAndCopy.Create(new MoeShape(6, 10) { Output = 15 })).Message);

    [Theory]
    [InlineData(nameof(SixTanh))]
    [InlineData(nameof(FourQuick))]
    public void Experts_with_the_activations_of_SigLIP_and_CLIP_pass_every_check_of_the_kit(string name) =>
        Assert.Empty(
            LayerKit.Check(Variant(name), new KitOptions { Shapes = [new([7], 6, 5), new([2, 3], 6, 5) { Masked = true }] }).Failures);

    private static Tensor Expected(MoeLayer layer, Tensor x, Routing routing)
    {
        var state = layer.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float64));
        var x_TD = x.reshape(-1, x.shape[^1]).to(ScalarType.Float64);
        var (experts_TK, weights_TK) = (routing.Experts!, routing.Weights.to(ScalarType.Float64));
        var gated = state.ContainsKey("experts.gate_up");
        var rows = new List<Tensor>();
        for (var token = 0; token < x_TD.shape[0]; token++)
        {
            var sum = zeros([15], ScalarType.Float64);
            for (var pick = 0; pick < experts_TK.shape[1]; pick++)
            {
                var expert = experts_TK[token, pick].item<long>();
                var hidden = x_TD[token].matmul(state[gated ? "experts.gate_up" : "experts.up"][expert]);
                hidden = state.TryGetValue("experts.up_bias", out var up) ? hidden + up[expert] : hidden;
                var half = hidden.shape[0] / 2;
                var active = gated
                    ? hidden.narrow(0, 0, half) * hidden.narrow(0, 0, half).sigmoid() * hidden.narrow(0, half, half)
                    : 0.5 * hidden * (1 + erf(hidden / Math.Sqrt(2)));
                var y = active.matmul(state["experts.down"][expert]);
                y = state.TryGetValue("experts.down_bias", out var down) ? y + down[expert] : y;
                sum = weights_TK[token, pick] * y + (pick == 0 ? zeros_like(y) : sum);
            }

            rows.Add(sum);
        }

        return stack(rows, 0);
    }

    /// <summary>So that outputs are not near 0.</summary>
    private static void Widen(MoeLayer layer)
    {
        using var quiet = no_grad();
        foreach (var (name, parameter) in layer.named_parameters())
        {
            parameter.uniform_(-0.6, 0.6, ParameterGenerator(name));
        }
    }

    private static Generator ParameterGenerator(string name) => new((ulong)(name.Length * 31 + name[^1]));

    private static MoeVariant Variant(string name) => name switch
    {
        nameof(SixGelu) => MoeVariant.Of<SixGelu>(),
        nameof(FourSigmoidGelu) => MoeVariant.Of<FourSigmoidGelu>(),
        nameof(FourSwiGlu) => MoeVariant.Of<FourSwiGlu>(),
        nameof(SixTanh) => MoeVariant.Of<SixTanh>(),
        _ => MoeVariant.Of<FourQuick>(),
    };

    private static void Near(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected - actual.to(ScalarType.Float64)).abs().max().item<double>(), 0, tolerance);
}
