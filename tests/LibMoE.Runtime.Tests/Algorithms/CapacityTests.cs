using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(3, Hidden = 3), SoftmaxGate(TopK = 2), Capacity(0.75)]
internal sealed partial class CappedLayer;

[MoeLayer, Experts<Relu>(4, Hidden = 3), SoftmaxGate(TopK = 2), Capacity(0.75, By = CapacityBy.Probability), SwitchBalance(0.1)]
internal sealed partial class CappedByProbability;

public class CapacityTests
{
    [Fact]
    public void A_capacity_by_probability_lets_later_tokens_take_seats_so_that_it_has_no_likelihoods() =>
        Assert.Equal(BatchKind.NotCausal, BatchRule.Of(MoeVariant.Of<CappedByProbability>().Declaration).Kind);

    [Fact]
    public void By_probability_the_picks_of_largest_weight_are_seated_and_ties_as_by_position()
    {
        using var scope = NewDisposeScope();
        var experts_TK = tensor(new long[,] { { 0, 1 }, { 1, 0 }, { 0, 1 }, { 0, 2 }, { 2, -1 } });
        var weights_TK = tensor(new[,] { { 0.6, 0.4 }, { 0.55, 0.7 }, { 0.9, 0.4 }, { 0.6, -0.8 }, { 0.5, 0 } });

        // Expert 0: 0.9 of token 2, then 0.7 of token 1's second pick, then 0.6 twice. Expert 1: 0.55, then 0.4 of token 0 before token 2.
        var seated_TK = CapacityLimit.SeatLargest(experts_TK, weights_TK, slots: 3, capacity: 2);

        Assert.Equal(new long[] { -1, 1, 1, 0, 0, -1, -1, 2, 2, -1 }, seated_TK.reshape(-1).data<long>().ToArray());
        Assert.Equal(
            new long[] { -1, -1, 1, -1, 0, -1, -1, 2, -1, -1 },
            CapacityLimit.SeatLargest(experts_TK, weights_TK, slots: 3, capacity: 1).reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void A_layer_whose_capacity_goes_by_probability_passes_the_kit() => LayerKit.Check<CappedByProbability>();

    [Fact]
    public void First_picks_are_seated_before_second_ones_and_earlier_tokens_first()
    {
        using var scope = NewDisposeScope();
        var experts_TK = tensor(new long[,] { { 0, 1 }, { 1, 0 }, { 0, 1 }, { 0, 2 }, { 2, -1 } });

        // Expert 0 is asked by tokens 0, 2, 3 and then, as a second pick, by 1; expert 1 by token 1, then by 0 and 2.
        var seated_TK = CapacityLimit.Seat(experts_TK, slots: 3, capacity: 2);

        Assert.Equal(new long[] { 0, 1, 1, -1, 0, -1, -1, 2, 2, -1 }, seated_TK.reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void A_dropped_pick_keeps_its_place_with_weight_0_and_the_others_keep_their_weights()
    {
        using var scope = NewDisposeScope();
        using var layer = CappedLayer.Create(new MoeShape(3) { DType = ScalarType.Float64 });
        using var quiet = no_grad();
        layer.get_parameter("router.weight")!.copy_(eye(3, dtype: ScalarType.Float64));

        // Logits are the tokens: both pick 0, then 1. C = ceil(0.75·2·2/3) = 1, so token 1 loses both seats.
        var x_TD = tensor(new double[,] { { 2, 1, 0 }, { 3, 1, 0 } });
        var routing = layer.forward(x_TD).Routing;

        Assert.Equal(new long[] { 0, 1, 0, 1 }, routing.Experts!.reshape(-1).data<long>().ToArray());
        Assert.Equal(new long[] { 2, 2, 0 }, routing.TokensPerExpert!.data<long>().ToArray());
        var first = 1 / (1 + Math.Exp(-1));
        Assert.Equal(
            new[] { first, 1 - first, 0, 0 }, routing.Weights.reshape(-1).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData(1.0, 10, 2, 4, 5)]
    [InlineData(1.25, 10, 2, 4, 7)]
    [InlineData(1.1, 10, 1, 1, 10)]
    [InlineData(1.1, 20, 1, 2, 11)]
    [InlineData(0.1, 30, 1, 1, 3)]
    [InlineData(1e300, 10, 2, 4, 20)]
    public void The_capacity_is_the_factor_as_written_times_tokens_and_picks_per_expert_rounded_up(
        double factor, long tokens, int k, int slots, long capacity)
    {
        using var scope = NewDisposeScope();
        var view = TokenView.Of(zeros(tokens, 1), MoeContext.None, new MoeShape(1));

        Assert.Equal(capacity, CapacityLimit.Of(factor, view, k, slots));
    }
}
