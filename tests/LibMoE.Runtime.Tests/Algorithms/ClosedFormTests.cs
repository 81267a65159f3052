using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(2, Hidden = 2), SoftSlotsGate(1)]
internal sealed partial class TwoSlotLayer;

[MoeLayer, Experts<Relu>(3, Hidden = 2), NoisyTopKGate(TopK = 1), LoadBalance(1)]
internal sealed partial class NoisyLayer;

/// <summary>Cases small enough to be worked out on paper.</summary>
public class ClosedFormTests
{
    [Fact]
    public void Soft_slots_mix_tokens_by_a_softmax_over_tokens_and_give_back_by_one_over_slots()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = TwoSlotLayer.Create(new MoeShape(2) { DType = ScalarType.Float64 });
        var identity = eye(2, dtype: ScalarType.Float64);
        layer.get_parameter("router.weight")!.copy_(identity);
        layer.get_parameter("experts.up")!.copy_(stack([identity, identity * 10]));
        layer.get_parameter("experts.down")!.copy_(stack([identity, identity]));

        // Logits are the tokens: token 0 is (1, 0), token 1 is (0, 1). Slot 0 mixes them as (a, 1 − a), slot 1 as (1 − a, a); the second
        // expert multiplies by 10.
        var y = layer.forward(tensor(new double[,] { { 1, 0 }, { 0, 1 } })).Hidden;
        var a = 1 / (1 + Math.Exp(-1));
        var (slot0, slot1) = (new[] { a, 1 - a }, new[] { 10 * (1 - a), 10 * a });
        var expected = new[]
        {
            a * slot0[0] + (1 - a) * slot1[0], a * slot0[1] + (1 - a) * slot1[1],
            (1 - a) * slot0[0] + a * slot1[0], (1 - a) * slot0[1] + a * slot1[1],
        };

        Assert.Equal(expected, y.reshape(-1).data<double>().ToArray(), (left, right) => Math.Abs(left - right) < 1e-14);
    }

    [Fact]
    public void The_smooth_load_is_the_chance_of_each_expert_to_be_picked_if_its_noise_is_drawn_again()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = NoisyLayer.Create(new MoeShape(3) { DType = ScalarType.Float64 });
        layer.eval();
        layer.get_parameter("router.weight")!.copy_(eye(3, dtype: ScalarType.Float64));
        layer.get_parameter("router.noise")!.zero_();

        // Logits 2, 1, 0 in multiples of σ = softplus(0) = ln 2. The others' best is 1, 2 and 2 of them: Φ(1), Φ(−1), Φ(−2).
        var sigma = Math.Log(2);
        var loss = layer.forward(tensor(new[,] { { 2 * sigma, sigma, 0 } })).Routing.Losses["LoadBalance"].item<double>();
        double[] load = [0.84134474606854293, 0.15865525393145707, 0.022750131948179195];
        var mean = load.Average();

        Assert.Equal(load.Average(value => (value - mean) * (value - mean)) / (mean * mean), loss, 1e-12);
    }

    [Fact]
    public void A_collapsed_router_has_a_switch_balance_of_c_times_e_and_a_uniform_one_of_c()
    {
        using var scope = NewDisposeScope();
        var collapsed_TE = zeros(6, 4).index_fill(1, tensor(2L), 1);
        var uniform_TE = full([6, 4], 0.25);

        Assert.Equal(4, BalanceTerms.Switch(collapsed_TE, tensor(new long[] { 0, 0, 6, 0 }), null).item<float>(), 1e-6);
        Assert.Equal(1, BalanceTerms.Switch(uniform_TE, tensor(new long[] { 5, 0, 1, 0 }), null).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e-12)]
    [InlineData(1e-25)]
    public void Ratios_of_scores_do_not_depend_on_how_small_the_scores_are(double unit)
    {
        using var scope = NewDisposeScope();
        var scores_TE = tensor(new[,] { { unit, 3 * unit, 0 } });
        var experts_TK = tensor(new long[,] { { 0, 1 } });

        Assert.Equal([0.25, 0.75], CombineWeights.Normalized(scores_TE, experts_TK).data<double>().ToArray(), Close);
        Assert.Equal([0.25, 0.75, 0], BalanceTerms.Shares(scores_TE).data<double>().ToArray(), Close);

        // Importances 1, 3 and 0: mean 4/3, variance 14/9.
        var importance = BalanceTerms.Importance(scores_TE.narrow(1, 0, 2), experts_TK, 3).item<double>();
        Assert.Equal(14.0 / 16, importance, 1e-12);

        static bool Close(double left, double right) => Math.Abs(left - right) < 1e-12;
    }
}
