using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<ReluSquared>(6), LatentExperts(4), SharedExperts<ReluSquared>(1), SigmoidGate(TopK = 2, Scale = 2.5)]
[BiasBalance(0.001)]
internal sealed partial class NemotronStyle;

[MoeLayer, Experts<SiTu>(6, Bias = true), LatentExperts(4, Norm = true), SharedExperts<SiTu>(1), SigmoidGate(TopK = 2)]
[SequenceBalance(0.01)]
internal sealed partial class KimiK3Style;

[MoeLayer, Experts<SwiGlu>(3), Experts<Zero>(1), LatentExperts(3), SoftmaxGate(TopK = 2), DiversityLoss(0.1), Capacity(1.25)]
internal sealed partial class LatentWithLimits;

/// <summary>Routed experts in a latent space (Nemotron-3, Kimi K3).</summary>
public class LatentExpertsTests
{
    [Fact]
    public void Parameters_are_those_of_the_latent_width_and_one_pair_of_projections()
    {
        using var layer = KimiK3Style.Create(new MoeShape(7, 5));
        var shapes = layer.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.shape);

        Assert.Equal([7L, 4], shapes["latent.down"]);
        Assert.Equal([4L, 7], shapes["latent.up"]);
        Assert.Equal([4L], shapes["latent.norm"]);
        Assert.Equal([6L, 4, 10], shapes["experts.gate_up"]);
        Assert.Equal([6L, 5, 4], shapes["experts.down"]);
        Assert.Equal([6L, 4], shapes["experts.down_bias"]);
        Assert.Equal([7L, 10], shapes["shared.gate_up"]);
        Assert.Equal([6L, 7], shapes["router.weight"]);
    }

    [Fact]
    public void The_weighted_sum_is_made_in_the_latent_space_and_projected_once()
    {
        using var scope = NewDisposeScope();
        using var layer = NemotronStyle.Create(new MoeShape(5, 3) { DType = ScalarType.Float64 });
        var state = layer.state_dict();
        var x = randn(1, 5, ScalarType.Float64);
        var output = layer.forward(x);

        var z = x.matmul(state["latent.down"]);
        var sum = zeros(1, 4, ScalarType.Float64);
        var picks = output.Routing.Experts!.data<long>().ToArray();
        for (var k = 0; k < 2; k++)
        {
            var hidden = z.matmul(state["experts.up"][picks[k]]).relu().square();
            sum = sum + output.Routing.Weights[0, k] * hidden.matmul(state["experts.down"][picks[k]]);
        }

        var shared = x.matmul(state["shared.up"]).relu().square().matmul(state["shared.down"]);
        var expected = sum.matmul(state["latent.up"]) + shared;
        Assert.True((expected - output.Hidden).abs().max().item<double>() < 1e-12 * expected.abs().max().item<double>());
    }

    [Fact]
    public void A_token_costs_the_experts_in_the_latent_space_and_both_projections()
    {
        var declaration = MoeVariant.Of<LatentWithLimits>().Declaration;

        // 2·(router 4·8 + projections 2·8·3 + two of the experts 3·(2·5) + 5·3).
        Assert.Equal(2 * ((4 * 8) + (2 * 8 * 3) + (2 * 45)), declaration.FlopsPerToken(new MoeShape(8, 5)));
    }

    [Fact]
    public void Layers_with_latent_experts_pass_the_kit()
    {
        LayerKit.Check<NemotronStyle>();
        LayerKit.Check<KimiK3Style>();
        LayerKit.Check<LatentWithLimits>();
    }
}
