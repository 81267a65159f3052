using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, InRouterSum = true), SigmoidGate(TopK = 2, Scale = 8), BiasBalance(0.001)]
[SwitchBalance(0.1)]
internal sealed partial class InklingStyle;

[MoeLayer, Experts<Relu>(4), Experts<Zero>(1), SharedExperts<Relu>(3, Hidden = 4, InRouterSum = true, Bias = true)]
[SqrtSoftplusGate(TopK = 1, ExpertScale = true, LogitCap = 3, SkipZero = true)]
internal sealed partial class SharedInSum;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, Mixed = true), SigmoidGate(TopK = 2)]
internal sealed partial class KlearStyle;

[MoeLayer, Experts<Relu>(4), SharedExperts<Relu>(1, Mixed = true), SoftSlotsGate(1)]
internal sealed partial class MixedSlots;

/// <summary>Shared experts in the router's sum (Inkling) and in a learned mix (Klear).</summary>
public class SharedWeightTests
{
    [Fact]
    public void Picks_and_shared_experts_share_one_sum()
    {
        using var scope = NewDisposeScope();
        var logits_TE = tensor(new double[,] { { 1, -2, 0.5 } });
        var shared_TJ = tensor(new double[,] { { 0, 3 } });
        var weights = RouterSum.SigmoidOverPicks(logits_TE, shared_TJ, tensor(new long[,] { { 0, 2, -1 } }), 8).data<double>().ToArray();

        double[] scores = [Sigmoid(1), Sigmoid(0.5), 0, Sigmoid(0), Sigmoid(3)];
        Assert.All(scores.Zip(weights), pair => Assert.Equal(8 * pair.First / scores.Sum(), pair.Second, 1e-12));

        static double Sigmoid(double l) => 1 / (1 + Math.Exp(-l));
    }

    [Fact]
    public void Each_shared_expert_gives_its_own_share_of_the_output()
    {
        using var scope = NewDisposeScope();
        using var layer = InklingStyle.Create(new MoeShape(5, 3) { DType = ScalarType.Float64, Seed = 4 });
        using var quiet = no_grad();
        foreach (var parameter in layer.parameters())
        {
            parameter.normal_(0, 1);
        }

        var (state, x_TD) = (layer.state_dict(), randn(1, 5, ScalarType.Float64));
        var output = layer.forward(x_TD);
        var picks = output.Routing.Experts!.data<long>().ToArray();
        var s_E = x_TD.matmul(state["router.weight"].t()).sigmoid()[0].data<double>().ToArray();
        var s_J = x_TD.matmul(state["router.shared"].t()).sigmoid()[0].data<double>().ToArray();
        var sum = picks.Sum(e => s_E[e]) + s_J.Sum();

        var expected = zeros(1, 5, ScalarType.Float64);
        foreach (var e in picks)
        {
            expected = expected + (8 * s_E[e] / sum * Ffn(state["experts.gate_up"][e].chunk(2, 1), state["experts.down"][e]));
        }

        // The hidden units of the two shared experts stand side by side in each half.
        for (var j = 0; j < 2; j++)
        {
            var halves = state["shared.gate_up"].chunk(2, 1).Select(half => half.narrow(1, 3 * j, 3)).ToArray();
            expected = expected + (8 * s_J[j] / sum * Ffn(halves, state["shared.down"].narrow(0, 3 * j, 3)));
        }

        Assert.True((expected - output.Hidden).abs().max().item<double>() < 1e-11);
        Assert.Null(layer.Declaration.WeightSum);

        Tensor Ffn(Tensor[] gateAndUp, Tensor down)
        {
            var gate = x_TD.matmul(gateAndUp[0]);
            return (gate.sigmoid() * gate * x_TD.matmul(gateAndUp[1])).matmul(down);
        }
    }

    [Fact]
    public void A_learned_softmax_mixes_routed_and_shared_output_in_this_order()
    {
        using var scope = NewDisposeScope();
        var (routed_TD, shared_TD) = (tensor(new double[,] { { 1, 2 } }), tensor(new double[,] { { 10, 20 } }));
        var x_TD = tensor(new double[,] { { 1, 0 } });

        // x·V + v = (2, 1).
        var y = SharedExperts.Mix(
            routed_TD, shared_TD, x_TD, tensor(new double[,] { { 1.5, 1 }, { 7, 7 } }), tensor(new[] { 0.5, 0 })).data<double>().ToArray();

        var c = 1 / (1 + Math.Exp(-1));
        Assert.Equal((c * 1) + ((1 - c) * 10), y[0], 1e-12);
        Assert.Equal((c * 2) + ((1 - c) * 20), y[1], 1e-12);
    }

    [Fact]
    public void Layers_with_weighed_shared_experts_pass_the_kit()
    {
        LayerKit.Check<InklingStyle>();
        LayerKit.Check<SharedInSum>();
        LayerKit.Check<KlearStyle>();
        LayerKit.Check<MixedSlots>();
    }
}
