using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Golden;

/// <summary>Figures computed once from the formulas by an independent script and printed to six decimals.</summary>
public class PrintedFiguresTests
{
    private static readonly double[] Logits =
    [
        0.483187, 0.962415, 0.031703, -0.945454, 1.072819, 1.043514, -0.514542, -1.318793,
        0.850564, 0.334903, -0.671392, -0.694096, -0.015382, -0.627157, -0.320146, 0.455879,
    ];

    [Fact]
    public void Softmax_routing_gives_the_printed_logits_picks_weights_and_outputs()
    {
        var output = PrintedCase.Run(new SoftmaxGateAttribute(), PrintedCase.State(4));
        Near.Printed(Logits, output.Routing.Logits!);
        AssertPicks([1, 0, 0, 1, 0, 1, 3, 0], output);
        Near.Printed([0.617566, 0.382434, 0.507326, 0.492674, 0.626133, 0.373867, 0.615682, 0.384318], output.Routing.Weights);
        Near.Printed(
            [
                0.379055, 0.325472, 0.025578, -0.293673, 0.553370, 0.433754, -0.014119, -0.451307,
                0.299442, 0.215268, -0.031816, -0.254823, 0.135309, 0.023068, -0.106631, -0.155633,
            ],
            output.Hidden);
        Assert.Equal([4, 3, 0, 1], output.Routing.TokensPerExpert!.data<long>().ToArray());
    }

    [Fact]
    public void Balancing_terms_of_softmax_routing_have_the_printed_values()
    {
        var output = PrintedCase.Run(new SoftmaxGateAttribute(), PrintedCase.State(4),
            new SwitchBalanceAttribute(1), new SequenceBalanceAttribute(1), new Top1BalanceAttribute(1), new RouterZLossAttribute(1),
            new EntropyBalanceAttribute(1), new EntropyBalanceAttribute(1) { Over = Over.Sequence },
            new EntropyBalanceAttribute(1) { Over = Over.Batch });
        AssertLoss(1.314252, output, "SwitchBalance");
        AssertLoss(1.314252, output, "SequenceBalance");
        AssertLoss(1.226992, output, "Top1Balance");
        AssertLoss(2.701778, output, "RouterZLoss");
        AssertLoss(-1.192561, output, "EntropyBalance.Token");
        AssertLoss(-1.301987, output, "EntropyBalance.Sequence");
        AssertLoss(-1.301987, output, "EntropyBalance.Batch");
    }

    [Fact]
    public void Sigmoid_routing_gives_the_printed_weights_output_and_balance()
    {
        var output = PrintedCase.Run(new SigmoidGateAttribute(), PrintedCase.State(4), new SequenceBalanceAttribute(1));
        AssertPicks([1, 0, 0, 1, 0, 1, 3, 0], output);
        Near.Printed([0.539157, 0.460843, 0.501888, 0.498112, 0.545859, 0.454141, 0.552284, 0.447716], output.Routing.Weights);
        Near.Printed([0.383275, 0.329813, 0.026755, -0.296550], output.Hidden[0]);
        AssertLoss(1.170571, output, "SequenceBalance");
    }

    [Fact]
    public void A_shared_expert_adds_its_output()
    {
        var state = PrintedCase.State(4);
        (state["shared.up"], state["shared.down"]) = (PrintedCase.Up(9, 6), PrintedCase.Down(9, 6));
        var layer = Declare.Layer(new SoftmaxGateAttribute(), [Declare.Experts<Relu>(4)], shared: new SharedExpertsAttribute<Relu>(2));
        var output = DenseOracle.Run(layer, new OracleParameters(state), PrintedCase.X);
        Near.Printed([0.583145, 0.128973, -0.422804, -0.654611], output.Hidden[0]);
    }

    [Fact]
    public void XMoe_takes_one_softmax_of_the_rescaled_cosine()
    {
        var state = PrintedCase.State(4);
        state["router.projection"] = PrintedCase.Made((a, j) => 0.4 * Math.Sin((0.6 * a) + (0.9 * j) + 0.1), 2, 4);
        state["router.weight"] = PrintedCase.Made((e, a) => a == 0 ? Math.Cos((0.8 * e) + 0.2) : Math.Sin((1.1 * e) + 0.5), 4, 2);
        var output = PrintedCase.Run(new XMoeGateAttribute(2), state);
        Near.Printed([1.496363, 1.278282, 0.053969, -1.493167], output.Routing.Logits![0] * 0.3);
        Near.Printed([0.670421, 0.324073, 0.005474, 0.000032], output.Routing.Scores![0]);
        Near.Printed([0.674133, 0.325867], output.Routing.Weights[0]);
        Near.Printed([0.394754, 0.341621, 0.029957, -0.304379], output.Hidden[0]);
    }

    [Fact]
    public void Cosine_routing_gives_the_printed_logits_and_scores()
    {
        var routing = PrintedCase.Run(new CosineGateAttribute(), PrintedCase.State(4)).Routing;
        Near.Printed([0.487050, 0.967015, 0.033859, -0.915964], routing.Logits![0]);
        Near.Printed([0.285921, 0.462053, 0.181730, 0.070295], routing.Scores![0]);
    }

    [Fact]
    public void Perturbed_cosine_routing_gives_the_printed_logits_and_scores()
    {
        var routing = PrintedCase.Run(new PerturbedCosineGateAttribute(), PrintedCase.State(4)).Routing;
        Near.Printed([0.398615, 0.791740, 0.027511, -0.753235], routing.Logits![0]);
        Near.Printed([0.286728, 0.424817, 0.197834, 0.090621], routing.Scores![0]);
    }

    [Fact]
    public void Ternary_routing_gives_the_printed_weights_and_reward()
    {
        var output = PrintedCase.Run(new TernaryGateAttribute(), PrintedCase.State(10));
        AssertPicks([1, 0, 0, 1, 0, 1, 3, 0], output);
        Near.Printed([0.617559, 0.382430, 0.507320, 0.492669, 0.626116, 0.373858, 0.615646, 0.384295], output.Routing.Weights);
        Assert.Equal(-1.412333e-10, output.Routing.AuxiliaryLoss.item<double>(), 5.1e-17);
    }

    [Fact]
    public void A_ternary_pick_may_be_negative_or_null()
    {
        double[] logits = [0.2, 1, -0.5, 0.1, 1.4, -0.3, 0.9, 0, 1.2, -2];
        var state = PrintedCase.State(10);
        // One token (1, 0, 0, 0): the first router column is the logits; the gate itself lowers − slots by 1 and null slots by 10.
        state["router.weight"] = PrintedCase.Made((slot, j) => j > 0 ? 0 : logits[slot] + (slot < 4 ? 0 : slot < 8 ? 1 : 10), 10, 4);
        var layer = Declare.Layer(new TernaryGateAttribute(), [Declare.Experts<Relu>(4)]);
        var x = tensor([1.0, 0, 0, 0], [1, 4], ScalarType.Float64);
        var output = DenseOracle.Run(layer, new OracleParameters(state), x);
        var scores = output.Routing.Scores!;
        Near.Printed([0.070347, 0.156561, 0.034933, 0.063653, 0.233561, 0.042668, 0.141662, 0.057596, 0.191224, 0.007795], scores);
        AssertPicks([0, -1], output);
        Near.Printed([-0.539926, 0], output.Routing.Weights);
        var y0 = x.matmul(PrintedCase.Up(0, 3)).relu().matmul(PrintedCase.Down(0, 3));
        Near.Printed((y0 * -0.539926).data<double>().ToArray(), output.Hidden);
    }

    [Fact]
    public void Zero_copy_and_constant_experts_give_the_printed_outputs()
    {
        var state = PrintedCase.State(7);
        state["constant.value"] = PrintedCase.Made((_, o) => 0.1 * (o + 1), 1, 4);
        state["constant.weight"] = PrintedCase.Made((row, j) => 0.2 * (row == 0 ? Math.Sin(1 + j) : Math.Cos(1 + j)), 2, 4).unsqueeze(0);
        var layer = Declare.Layer(new SoftmaxGateAttribute(),
            [Declare.Experts<Relu>(4), Declare.Experts<Zero>(1), Declare.Experts<Copy>(1), Declare.Experts<Constant>(1)]);
        var output = DenseOracle.Run(layer, new OracleParameters(state), PrintedCase.X);
        AssertPicks([1, 6, 5, 0, 5, 0, 4, 3], output);
        Near.Printed([0.518225, 0.481775, 0.535884, 0.464116, 0.501015, 0.498985, 0.527014, 0.472986], output.Routing.Weights);
        Near.Printed([0.261460, 0.348754, 0.296342, 0.205672, 0.715383, 0.722419, 0.514069, 0.237705], output.Hidden.narrow(0, 0, 2));
        Near.Printed([0.103949, 0.017721, -0.081917, -0.119562], output.Hidden[3]);
    }

    [Fact]
    public void A_group_with_the_best_expert_loses_to_two_better_pairs()
    {
        double[] scores = [0.60, 0.55, 0.90, 0.10, 0.50, 0.58, 0.20, 0.30];
        var state = new Dictionary<string, Tensor>
        {
            ["router.weight"] = PrintedCase.Made((e, _) => Math.Log(scores[e] / (1 - scores[e])), 8, 1),
            ["router.score_bias"] = tensor([0, 0, -0.2, 0, 0.05, 0, 0, 0], ScalarType.Float64),
        };
        var gate = new SigmoidGateAttribute { Groups = 4, TopGroups = 2 };
        var layer = Declare.Layer(gate, [Declare.Experts<Zero>(8)], new BiasBalanceAttribute(0.001));
        var output = DenseOracle.Run(layer, new OracleParameters(state), ones([1, 1], ScalarType.Float64));
        AssertPicks([0, 5], output);
        Near.Printed([0.60 / 1.18, 0.58 / 1.18], output.Routing.Weights);
    }

    private static void AssertPicks(long[] expected, MoeOutput output) =>
        Assert.Equal(expected, output.Routing.Experts!.contiguous().data<long>().ToArray());

    private static void AssertLoss(double expected, MoeOutput output, string key) =>
        Assert.Equal(expected, output.Routing.Losses[key].item<double>(), 5.1e-7);
}
