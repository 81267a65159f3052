using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(5), TopPGate(0.6, Entropy = 0.1), SwitchBalance(0.1)]
internal sealed partial class TopPLayer;

[MoeLayer, Experts<Relu>(4), Experts<Zero>(1), TopPGate(1, Normalize = true, RouterBias = true)]
internal sealed partial class NormalizedTopP;

[MoeLayer, Experts<SwiGlu>(4), ThresholdGate(RouterBias = true), SwitchBalance(0.1)]
internal sealed partial class ThresholdLayer;

/// <summary>Gates of which a token picks as many experts as it needs.</summary>
public class VaryingPicksTests
{
    [Theory]
    [InlineData(0.5, new long[] { 2, -1, -1 })]
    [InlineData(0.51, new long[] { 2, 0, -1 })]
    [InlineData(0.75, new long[] { 2, 0, -1 })]
    [InlineData(0.8, new long[] { 2, 0, 1 })]
    public void The_fewest_experts_are_picked_whose_scores_reach_the_sum(double p, long[] expected)
    {
        using var scope = NewDisposeScope();
        var scores_TE = tensor(new[,] { { 0.25, 0.125, 0.5, 0.125 } });

        Assert.Equal(expected, Picking.SummingTo(scores_TE, p, 3, mask_T: null).reshape(-1).data<long>().ToArray());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    [InlineData(1.0)]
    public void As_many_slots_as_p_times_the_experts_are_enough_for_any_scores(double p)
    {
        using var scope = NewDisposeScope();
        var scores_TE = randn(500, 10, ScalarType.Float64).softmax(-1);
        var all_TE = Picking.SummingTo(scores_TE, p, 10, mask_T: null);

        Assert.True(all_TE.ge(0).sum(1).max().item<long>() <= Math.Ceiling((decimal)p * 10));
    }

    [Fact]
    public void The_entropy_of_the_scores_is_added_to_the_losses()
    {
        using var scope = NewDisposeScope();
        using var layer = TopPLayer.Create(new MoeShape(5, 2) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        layer.get_parameter("router.weight")!.zero_();

        Assert.Equal(0.1 * Math.Log(5), layer.forward(randn(3, 5, ScalarType.Float64)).Routing.Losses["TopPGate"].item<double>(), 1e-12);
        Assert.Equal(3, layer.Declaration.PicksPerToken);
    }

    [Fact]
    public void Every_expert_above_its_own_threshold_weighs_the_same()
    {
        using var scope = NewDisposeScope();
        using var layer = ThresholdLayer.Create(new MoeShape(4, 2) { DType = ScalarType.Float64 });
        Set(layer, threshold: [-1, 0.9, 0.2, 0]);

        // Cosines are the unit vector's entries: 0.5, 0.5, 0.5, −0.5; τ = 1.
        var x_TD = tensor(new[,] { { 0.5, 0.5, 0.5, -0.5 } });
        var routing = layer.forward(x_TD).Routing;

        Assert.Equal(new long[] { 0, 2, -1, -1 }, routing.Experts!.reshape(-1).data<long>().ToArray());
        Assert.Equal(new[] { 0.5, 0.5, 0, 0 }, routing.Weights.reshape(-1).data<double>().ToArray());
    }

    [Fact]
    public void A_token_below_all_thresholds_has_its_best_expert_in_evaluation_and_none_in_training()
    {
        using var scope = NewDisposeScope();
        using var layer = ThresholdLayer.Create(new MoeShape(4, 2) { DType = ScalarType.Float64 });
        Set(layer, threshold: [3, 3, 3, 3]);
        var x_TD = tensor(new[,] { { 0.1, 0.7, 0.5, -0.5 } });

        layer.eval();
        var evaluated = layer.forward(x_TD);
        layer.train();
        var trained = layer.forward(x_TD);

        Assert.Equal(new long[] { 1, -1, -1, -1 }, evaluated.Routing.Experts!.reshape(-1).data<long>().ToArray());
        Assert.Equal(1, evaluated.Routing.Weights[0, 0].item<double>());
        Assert.All(trained.Routing.Experts!.reshape(-1).data<long>().ToArray(), expert => Assert.Equal(-1, expert));
        Assert.Equal(0, trained.Hidden.abs().max().item<double>());
    }

    [Fact]
    public void The_gradient_of_a_weight_is_that_of_its_margin_over_the_number_of_picks()
    {
        using var scope = NewDisposeScope();
        var margins_TE = tensor(new[,] { { 0.3, -0.2, 0.1 } }).requires_grad_(true);
        var weights_TK = Thresholds.Weights(margins_TE, tensor(new long[,] { { 0, 2, -1 } }));
        (weights_TK * tensor(new[,] { { 3.0, 5, 7 } })).sum().backward();

        Assert.Equal(new[] { 0.5, 0.5, 0 }, weights_TK.reshape(-1).data<double>().ToArray());
        Assert.Equal(new[] { 1.5, 0, 2.5 }, margins_TE.grad!.reshape(-1).data<double>().ToArray());
    }

    [Fact]
    public void Layers_whose_picks_vary_pass_the_kit()
    {
        LayerKit.Check<TopPLayer>();
        LayerKit.Check<NormalizedTopP>();
        LayerKit.Check<ThresholdLayer>();
    }

    private static void Set(MoeLayer layer, double[] threshold)
    {
        using var quiet = no_grad();
        layer.get_parameter("router.weight")!.copy_(eye(4, dtype: ScalarType.Float64));
        layer.get_parameter("router.threshold")!.copy_(tensor(threshold));
    }
}
