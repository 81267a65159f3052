using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, LogitCap = 1.5, RouterBias = true), SwitchBalance(0.1), RouterZLoss(0.1)]
internal sealed partial class CappedLogits;

[MoeLayer, Experts<GeGluTanh>(5), SoftmaxGate(TopK = 2, ExpertScale = true, Scale = 2), SwitchBalance(0.1)]
internal sealed partial class ScaledExperts;

[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2, Groups = 2, PicksPerGroup = 1, Normalize = false, ExpertScale = true)]
internal sealed partial class PanguStyle;

#pragma warning disable MOE101 // The scale of the expert is all that a single normalised pick weighs by: that is what is looked at.
[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 1, ExpertScale = true)]
internal sealed partial class ScaledSinglePick;
#pragma warning restore MOE101

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 1, Normalize = false, WeighInput = true), SwitchBalance(0.1)]
internal sealed partial class Llama4Style;

[MoeLayer, Experts<SwiGlu>(4, Bias = true), Experts<Constant>(1), Experts<Copy>(1), DiversityLoss(0.1), Capacity(0.75)]
[SigmoidGate(TopK = 3, WeighInput = true, ExpertScale = true, LogitCap = 2)]
internal sealed partial class ManyInputs;

[MoeLayer, Experts<Relu>(4, Bias = true), LatentExperts(3, Norm = true), SoftmaxGate(TopK = 2, WeighInput = true)]
internal sealed partial class LatentInputs;

[MoeLayer, Experts<SwiGlu>(4), Experts<Zero>(3), SoftmaxGate(TopK = 3, SkipZero = true, Scale = 1.5), SwitchBalance(0.1)]
internal sealed partial class SkippedNulls;

/// <summary>A cap on logits, a learned scale of each expert, weights on the input, and null slots outside the divisor.</summary>
public class LinearGateOptionTests
{
    [Fact]
    public void Capped_logits_are_c_tanh_of_l_over_c_with_the_bias_inside()
    {
        using var scope = NewDisposeScope();
        using var layer = CappedLogits.Create(new MoeShape(3, 2) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        layer.get_parameter("router.weight")!.copy_(eye(4, 3, dtype: ScalarType.Float64));
        layer.get_parameter("router.bias")!.copy_(tensor(new[] { 0, 0, 0, 0.5 }));

        var logits = layer.forward(tensor(new double[,] { { 9, -0.3, 1.5 } })).Routing.Logits!.data<double>().ToArray();

        double[] expected = [.. new[] { 9, -0.3, 1.5, 0.5 }.Select(l => 1.5 * Math.Tanh(l / 1.5))];
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void A_scale_of_each_expert_multiplies_the_normalised_weights_of_its_picks()
    {
        using var scope = NewDisposeScope();
        var logits_TE = tensor(new double[,] { { 1, 3, 2 } });
        var picks_TK = tensor(new long[,] { { 1, 2, -1 } });
        var scale_E = tensor(new[] { 10, 0.5, -2 }).requires_grad_(true);

        var weights_TK = CombineWeights.OfExperts(CombineWeights.SoftmaxOverPicks(logits_TE, picks_TK), picks_TK, scale_E);
        weights_TK.sum().backward();

        var first = 1 / (1 + Math.Exp(-1));
        Assert.Equal(new[] { 0.5 * first, -2 * (1 - first), 0 }, weights_TK.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(
            new[] { 0, first, 1 - first }, scale_E.grad!.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void A_scale_starts_at_one_and_is_a_parameter_of_the_router()
    {
        using var layer = ScaledSinglePick.Create(new MoeShape(6, 5));

        Assert.Equal(new float[] { 1, 1, 1, 1 }, layer.get_parameter("router.expert_scale")!.data<float>().ToArray());
        Assert.Null(layer.Declaration.WeightSum);
    }

    [Fact]
    public void A_weight_on_the_input_goes_through_the_expert_as_Llama_4_has_it()
    {
        using var scope = NewDisposeScope();
        using var layer = Llama4Style.Create(new MoeShape(5, 3) { DType = ScalarType.Float64, Seed = 3 });
        using var quiet = no_grad();
        foreach (var parameter in layer.parameters())
        {
            parameter.normal_(0, 1);
        }

        var state = layer.state_dict();
        var x_TD = randn(1, 5, ScalarType.Float64);
        var output = layer.forward(x_TD);
        var logits = x_TD.matmul(state["router.weight"].t())[0].data<double>().ToArray();
        var best = Array.IndexOf(logits, logits.Max());
        var w = 1 / (1 + Math.Exp(-logits[best]));

        var expected = Ffn(x_TD * w, state["experts.gate_up"][best], state["experts.down"][best])
            + Ffn(x_TD, state["shared.gate_up"], state["shared.down"]);
        var onOutput = (w * Ffn(x_TD, state["experts.gate_up"][best], state["experts.down"][best]))
            + Ffn(x_TD, state["shared.gate_up"], state["shared.down"]);

        Assert.Equal(w, output.Routing.Weights.item<double>(), 1e-12);
        Assert.True((expected - output.Hidden).abs().max().item<double>() < 1e-12);
        Assert.True((onOutput - output.Hidden).abs().max().item<double>() > 1e-3);

        static Tensor Ffn(Tensor x, Tensor gateUp_DW, Tensor down_HD)
        {
            var halves = x.matmul(gateUp_DW).chunk(2, 1);
            return (halves[0].sigmoid() * halves[0] * halves[1]).matmul(down_HD);
        }
    }

    [Fact]
    public void Weights_are_divided_over_the_true_picks_and_a_token_without_one_gets_nothing()
    {
        using var scope = NewDisposeScope();
        using var layer = SkippedNulls.Create(new MoeShape(7, 2) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        layer.get_parameter("router.weight")!.copy_(eye(7, dtype: ScalarType.Float64));

        // Slots 4 to 6 are null. The first token picks experts 0 and 1 and a null, the second all three nulls.
        var routing = layer.forward(tensor(new double[,] { { 3, 2, 0, 0, 4, 0, 0 }, { 0, 0, 0, 0, 3, 2, 1 } }));
        var first = 1.5 / (1 + Math.Exp(-1));

        Assert.Equal(new long[] { 4, 0, 1, 4, 5, 6 }, routing.Routing.Experts!.reshape(-1).data<long>().ToArray());
        Assert.Equal(
            new[] { 0, first, 1.5 - first, 0, 0, 0 }, routing.Routing.Weights.reshape(-1).data<double>().ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0, routing.Hidden[1].abs().max().item<double>());
    }

    [Fact]
    public void Layers_with_the_options_pass_the_kit()
    {
        LayerKit.Check<CappedLogits>();
        LayerKit.Check<ScaledExperts>();
        LayerKit.Check<PanguStyle>();
        LayerKit.Check<ScaledSinglePick>();
        LayerKit.Check<Llama4Style>();
        LayerKit.Check<ManyInputs>();
        LayerKit.Check<LatentInputs>();
        LayerKit.Check<SkippedNulls>();
    }
}
