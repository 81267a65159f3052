using LibMoE.Runtime.Testing;
using static LibMoE.Runtime.Tests.Oracle.OracleRun;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Oracle;

/// <summary>Closed forms of the rules that the reference cases do not cover.</summary>
public class OracleGateTests
{
    [Fact]
    public void Equal_scores_go_to_the_lower_expert() =>
        Assert.Equal([0, 1, 1, 0], Picks(Identity(new SoftmaxGateAttribute(), new double[,] { { 1, 1, 1 }, { 0, 2, 0 } })));

    [Fact]
    public void Noisy_top_k_scores_are_a_softmax_over_the_picks()
    {
        var (gate, none) = (new NoisyTopKGateAttribute { Scale = 3 }, ("router.noise", zeros(3, 3)));
        var routing = Identity(gate, new double[,] { { 0.5, -1, 2 } }, more: none).Routing;
        var (p, q) = (Softmax(0.5, 2)[0], Softmax(0.5, 2)[1]);
        Close([p, 0, q], routing.Scores!);
        Close([3 * q, 3 * p], routing.Weights);
    }

    [Fact]
    public void Noisy_top_k_adds_scaled_noise_in_training_only()
    {
        var noise = RowsOf(new double[,] { { 1, -2, 0.5 } });
        double[,] x = { { 0.5, -1, 2 } };
        var (gate, none) = (new NoisyTopKGateAttribute(), ("router.noise", zeros(3, 3)));
        Close([0.5, -1, 2], Identity(gate, x, more: none).Routing.Logits!);
        var training = new OracleOptions { Training = true, Noise = noise };
        var scale = Math.Log(2);
        Close([0.5 + scale, -1 - (2 * scale), 2 + (0.5 * scale)], Identity(gate, x, options: training, more: none).Routing.Logits!);
    }

    [Fact]
    public void Every_positive_logit_of_a_relu_gate_is_picked_in_descending_order()
    {
        double[,] logits = { { 0.5, -1, 2 }, { -1, -1, 0 } };
        var output = Identity(new ReluGateAttribute(0.5), logits, more: ("router.l1", tensor(0.25)));
        Assert.Equal([2, 0, -1, -1, -1, -1], Picks(output));
        Close([2, 0.5, 0, 0, 0, 0], output.Routing.Weights);
        Close([0.25 * 2.5 / 2], output.Routing.Losses["ReluGate"]);
        Close([1.25, -2.5, 5, 0, 0, 0], output.Hidden);
    }

    [Fact]
    public void An_expert_chooses_its_best_tokens()
    {
        var output = Identity(new ExpertChoiceGateAttribute(1), new double[,] { { 3, 0 }, { 2, 0 }, { 1, 0 }, { 0, 0 } });
        // Expert 0 prefers the first two tokens, expert 1 the last two, and the last token by equal shares.
        Assert.Equal([0, -1, 0, -1, 1, -1, 1, -1], Picks(output));
        Close([Softmax(3, 0)[0], 0, Softmax(2, 0)[0], 0, Softmax(1, 0)[1], 0, 0.5, 0], output.Routing.Weights);
        Assert.Equal([2, 2], output.Routing.TokensPerExpert!.data<long>().ToArray());
    }

    [Fact]
    public void Soft_slots_mix_the_tokens_of_one_sequence()
    {
        var x = RowsOf(new double[,] { { 1, 0 }, { 0, 1 }, { 2, 2 }, { 5, -5 } }).reshape(2, 2, 2);
        var state = new Dictionary<string, Tensor> { ["router.weight"] = eye(2, dtype: ScalarType.Float64) };
        var layer = Declare.Layer(new SoftSlotsGateAttribute(1), [Declare.Experts<Copy>(1), Declare.Experts<Zero>(1)]);
        var hidden = DenseOracle.Run(layer, new OracleParameters(state), x).Hidden;
        // Slot 0 of the first sequence: softmax over its two tokens of (1, 0); slot 1 belongs to the zero expert.
        var mix = Softmax(1, 0);
        Close([Softmax(1, 0)[0] * mix[0], Softmax(1, 0)[0] * mix[1], Softmax(0, 1)[0] * mix[0], Softmax(0, 1)[0] * mix[1]], hidden[0]);
    }

    [Fact]
    public void A_residual_gate_adds_the_previous_logits_through_a_matrix()
    {
        var context = new MoeContext { PreviousLogits = RowsOf(new double[,] { { 1, 2 } }) };
        var residual = ("router.residual", RowsOf(new double[,] { { 0.5, 0 }, { 1, -1 } }));
        double[,] x = { { 0, 0 } };
        Close([0.5, -1], Identity(new ResidualGateAttribute(), x, context: context, more: residual).Routing.Logits!);
        Close([0, 0], Identity(new ResidualGateAttribute(), x, more: residual).Routing.Logits!);
    }

    [Fact]
    public void A_softmax_group_is_worth_its_best_expert()
    {
        var gate = new SoftmaxGateAttribute { Groups = 2, TopGroups = 1 };
        Assert.Equal([0, 1], Picks(Identity(gate, new double[,] { { 3, 0, 2, 2 } })));
    }

    [Fact]
    public void Hash_picks_are_given_and_weigh_one_over_k()
    {
        var given = new OracleOptions { Picks = tensor(new long[] { 2, 0, 1, 2 }, [2, 2]) };
        var output = Identity(new HashGateAttribute { TopK = 2 }, new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, options: given);
        Assert.Equal([2, 0, 1, 2], Picks(output));
        Close([1, 2, 3, 4, 5, 6], output.Hidden);
        Assert.Null(output.Routing.Scores);
    }

    [Fact]
    public void A_learned_temperature_divides_the_cosine()
    {
        var gate = new CosineGateAttribute { LearnTemperature = true };
        var output = Identity(gate, new double[,] { { 3, 4 } }, more: ("router.temperature", tensor([0.5])));
        Close([1.2, 1.6], output.Routing.Logits!);
    }

    [Fact]
    public void Replaced_picks_take_the_gates_own_rule_and_empty_ones_give_nothing()
    {
        var context = new MoeContext { Reroute = _ => new Picks(tensor(new long[] { 0, 2, -1 }, [1, 3])) };
        var routing = Identity(new SoftmaxGateAttribute(), new double[,] { { 1, 2, 3 } }, context: context).Routing;
        Close([Softmax(1, 3)[0], Softmax(1, 3)[1], 0], routing.Weights);
        Assert.Equal([1, 0, 1], routing.TokensPerExpert!.data<long>().ToArray());
    }

    [Fact]
    public void A_masked_token_gives_zero_and_no_picks()
    {
        var context = new MoeContext { Mask = tensor([true, false]) };
        double[,] logits = { { 1, 2, 3 }, { 9, 9, 9 } };
        var output = Identity(new SoftmaxGateAttribute(), logits, [new RouterZLossAttribute(1)], context: context);
        Assert.Equal([2, 1, -1, -1], Picks(output));
        Close([0, 0, 0], output.Hidden[1]);
        var logsumexp = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3));
        Close([logsumexp * logsumexp], output.Routing.Losses["RouterZLoss"]);
    }

    [Fact]
    public void First_picks_are_seated_before_second_ones()
    {
        // C = ceil(0.5·3·2/3) = 1: token 2's first pick of expert 1 comes before token 0's second one.
        double[,] logits = { { 3, 2, 0 }, { 3, 0, 2 }, { 0, 3, 2 } };
        var output = Identity(new SoftmaxGateAttribute { Normalize = false }, logits, capacity: new CapacityAttribute(0.5));
        Assert.Equal([0, 1, 0, 2, 1, 2], Picks(output));
        Close([Softmax(3, 2, 0)[0], 0, 0, Softmax(3, 0, 2)[2], Softmax(0, 3, 2)[1], 0], output.Routing.Weights);
        Assert.Equal([2, 2, 2], output.Routing.TokensPerExpert!.data<long>().ToArray());
    }

    [Fact]
    public void Jitter_in_training_is_refused()
    {
        var (gate, training) = (new SoftmaxGateAttribute { Jitter = 0.1 }, new OracleOptions { Training = true });
        var error = Assert.Throws<ArgumentException>(() => Identity(gate, new double[,] { { 1, 2 } }, options: training));
        Assert.Contains("jitter", error.Message, StringComparison.Ordinal);
    }
}
