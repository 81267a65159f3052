using LibMoE.Runtime.Testing;
using static LibMoE.Runtime.Tests.Oracle.OracleRun;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Oracle;

/// <summary>Closed forms of the balancing terms that the reference cases do not cover.</summary>
public class OracleBalanceTests
{
    private static readonly SoftmaxGateAttribute Top1 = new() { TopK = 1, Normalize = false };

    [Fact]
    public void Switch_balance_equals_its_coefficient_when_balanced()
    {
        var losses = Identity(Top1, new double[,] { { 2, 0 }, { 0, 2 } }, [new SwitchBalanceAttribute(0.3)]).Routing.Losses;
        Close([0.3], losses["SwitchBalance"]);
    }

    [Fact]
    public void A_repeated_term_gets_a_number()
    {
        var entropy = new EntropyBalanceAttribute(1) { Over = Over.Batch };
        BalanceAttribute[] terms = [new RouterZLossAttribute(1), new RouterZLossAttribute(2), entropy];
        var routing = Identity(Top1, new double[,] { { 2, 0 } }, terms).Routing;
        Assert.Equal(["EntropyBalance.Batch", "RouterZLoss", "RouterZLoss#2"], routing.Losses.Keys.Order(StringComparer.Ordinal));
        Close([3 * Math.Pow(Math.Log(1 + Math.Exp(2)) + 0, 2)], routing.Losses["RouterZLoss"] + routing.Losses["RouterZLoss#2"]);
        Close([Numbers(routing.AuxiliaryLoss)[0]], routing.Losses.Values.Aggregate((a, b) => a + b));
    }

    [Fact]
    public void Importance_is_the_squared_variation_of_the_summed_weights()
    {
        // Sums of weights 1 and 3: mean 2, population variance 1.
        double[,] logits = { { 9, 0 }, { 0, 9 }, { 0, 9 }, { 0, 9 } };
        var gate = new SoftmaxGateAttribute { TopK = 1 };
        Close([0.5 / 4], Identity(gate, logits, [new ImportanceBalanceAttribute(0.5)]).Routing.Losses["ImportanceBalance"]);
    }

    [Fact]
    public void Smooth_load_is_the_chance_to_be_picked_again()
    {
        double[,] logits = { { 1, 0, -1 } };
        var (gate, none) = (new NoisyTopKGateAttribute { TopK = 1 }, ("router.noise", zeros(3, 3)));
        var losses = Identity(gate, logits, [new LoadBalanceAttribute(1)], more: none).Routing.Losses;
        // Expert 0 has to stay above 0, the others above 1; the noise has scale ln 2.
        double[] load = [Phi(1 / Math.Log(2)), Phi(-1 / Math.Log(2)), Phi(-2 / Math.Log(2))];
        var mean = load.Average();
        Close([load.Average(p => (p - mean) * (p - mean)) / (mean * mean)], losses["LoadBalance"]);
    }

    [Fact]
    public void Zero_compute_experts_weigh_tau_in_heterogeneous_balance()
    {
        var state = new Dictionary<string, Tensor>
        {
            ["router.weight"] = eye(2, dtype: ScalarType.Float64),
            ["experts.up"] = zeros(1, 2, 3),
            ["experts.down"] = zeros(1, 3, 2),
        };
        var term = new HeterogeneousBalanceAttribute(1) { Tau = 0.5 };
        var layer = Declare.Layer(Top1, [Declare.Experts<Relu>(1), Declare.Experts<Copy>(1)], term);
        var x = RowsOf(new double[,] { { 2, 0 }, { 0, 2 } });
        var losses = DenseOracle.Run(layer, new OracleParameters(state), x).Routing.Losses;
        Close([0.75], losses["HeterogeneousBalance"]);
    }

    [Fact]
    public void Diversity_is_the_mean_positive_cosine_of_the_picked_outputs()
    {
        // Copies give the token itself, so that every pair of picked outputs has cosine 1; an empty pick makes no pair.
        double[,] logits = { { 3, 2, 1 }, { 1, 2, 3 } };
        var picks = tensor(new long[] { 0, 1, 2, 2, -1, 0 }, [2, 3]);
        var gate = new SoftmaxGateAttribute { TopK = 3 };
        BalanceAttribute[] terms = [new DiversityLossAttribute(1)];
        Close([1], Identity(gate, logits, terms).Routing.Losses["DiversityLoss"]);
        var context = new MoeContext { Reroute = _ => new Picks(picks) };
        Close([(1 + (2.0 / 6)) / 2], Identity(gate, logits, terms, context: context).Routing.Losses["DiversityLoss"]);
    }

    [Fact]
    public void Sequence_balance_is_the_mean_over_sequences_that_have_tokens()
    {
        var x = RowsOf(new double[,] { { 2, 0 }, { 0, 2 }, { 2, 0 }, { 2, 0 }, { 0, 9 }, { 9, 0 } }).reshape(3, 2, 2);
        var state = new Dictionary<string, Tensor> { ["router.weight"] = eye(2, dtype: ScalarType.Float64) };
        var layer = Declare.Layer(Top1, [Declare.Experts<Copy>(2)], new SequenceBalanceAttribute(1));
        var context = new MoeContext { Mask = tensor([true, true, true, true, false, false]).reshape(3, 2) };
        var losses = DenseOracle.Run(layer, new OracleParameters(state), x, context).Routing.Losses;
        Close([(1 + (2 * Softmax(2, 0)[0])) / 2], losses["SequenceBalance"]);
    }

    [Fact]
    public void Dropped_picks_count_for_balance_but_not_for_importance()
    {
        double[,] logits = { { 9, 0 }, { 9, 0 } };
        BalanceAttribute[] terms = [new ImportanceBalanceAttribute(1), new SwitchBalanceAttribute(1)];
        var gate = new SoftmaxGateAttribute { TopK = 1 };
        var routing = Identity(gate, logits, terms, new CapacityAttribute(1)).Routing;
        Close([1, 0], routing.Weights);
        Close([1], routing.Losses["ImportanceBalance"]);
        Close([2 * Softmax(9, 0)[0]], routing.Losses["SwitchBalance"]);
    }

    [Fact]
    public void A_call_without_tokens_has_no_losses_to_pay()
    {
        var context = new MoeContext { Mask = tensor([false]) };
        BalanceAttribute[] terms = [new SwitchBalanceAttribute(1), new RouterZLossAttribute(1), new ImportanceBalanceAttribute(1)];
        Close([0], Identity(Top1, new double[,] { { 1, 2 } }, terms, context: context).Routing.AuxiliaryLoss);
    }

    [Fact]
    public void Without_losses_there_are_none()
    {
        var context = new MoeContext { Losses = false };
        var routing = Identity(Top1, new double[,] { { 1, 2 } }, [new RouterZLossAttribute(1)], context: context).Routing;
        Assert.Empty(routing.Losses);
        Close([0], routing.AuxiliaryLoss);
    }

    private static double Phi(double z) => 0.5 * (1 + tensor(z / Math.Sqrt(2), ScalarType.Float64).erf().item<double>());
}
