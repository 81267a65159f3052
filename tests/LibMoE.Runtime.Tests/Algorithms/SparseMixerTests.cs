using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(5), SparseMixerGate(TopK = 2, Epsilon = 0.25, Scale = 2), SwitchBalance(0.1)]
internal sealed partial class SparseMixerLayer;

[MoeLayer, Experts<Relu>(4), SparseMixerGate(TopK = 3), Capacity(1.25)]
internal sealed partial class StrictSparseMixer;

/// <summary>SparseMixer-v2 as Phi-3.5-MoE has it.</summary>
public class SparseMixerTests
{
    [Fact]
    public void A_pick_weighs_its_softmax_among_those_near_the_largest_that_is_left()
    {
        using var scope = NewDisposeScope();

        // 2ε = 0.02: (5 − 4.95)/5 = 0.01 is near, (5 − 4.8)/5 = 0.04 is not. Of the rest, (4.95 − 4.8)/4.95 = 0.03 is not either.
        var logits_TE = tensor(new[,] { { 4.8, 5, 4.95, 1 } });
        var picks_TK = SparseMixer.Pick(logits_TE, 2, 0.01, training: false, mask_T: null);
        var weights = SparseMixer.Weights(logits_TE, picks_TK, 0.01, training: false).reshape(-1).data<double>().ToArray();

        Assert.Equal(new long[] { 1, 2 }, picks_TK.reshape(-1).data<long>().ToArray());
        Assert.Equal(1 / (1 + Math.Exp(-0.05)), weights[0], 1e-12);
        Assert.Equal(1, weights[1], 1e-12);
    }

    [Fact]
    public void The_distance_is_relative_to_the_larger_of_the_largest_logit_and_an_experts_own_magnitude()
    {
        using var scope = NewDisposeScope();

        // (−1 − −1.01)/max(1.01, −1) = 0.0099 is near; (−1 − −1.05)/1.05 = 0.048 is not, nor is it behind −1.01.
        var weights = SparseMixer.Weights(tensor(new[,] { { -1, -1.01, -1.05 } }), tensor(new long[,] { { 0, 2 } }), 0.01, training: false)
            .reshape(-1).data<double>().ToArray();

        Assert.Equal(1 / (1 + Math.Exp(-0.01)), weights[0], 1e-12);
        Assert.Equal(0, weights[1]);
    }

    [Fact]
    public void Training_draws_picks_by_the_softmax_and_weighs_three_of_four_that_are_not_the_best_by_a_third()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        const int Tokens = 40_000;
        var logits_TE = tensor(new[,] { { 1.0, 0.5, -9 } }).expand(Tokens, 3);
        var picks_TK = SparseMixer.Pick(logits_TE, 1, 0.4, training: true, mask_T: null);
        var weights_TK = SparseMixer.Weights(logits_TE, picks_TK, 0.4, training: true);

        // 2ε = 0.8: (1 − 0.5)/1 is near, (1 + 9)/9 is not. The share of the best is σ(0.5) = 0.6225; five deviations of its mean are 0.012.
        var best = 1 / (1 + Math.Exp(-0.5));
        var second_T = picks_TK.eq(1).to(ScalarType.Float64);
        Assert.InRange(second_T.mean().item<double>(), 1 - best - 0.0125, 1 - best + 0.0125);
        Assert.Equal(0, picks_TK.eq(2).sum().item<long>());

        var third_T = weights_TK.sub((1 - best) / 3).abs().lt(1e-9).to(ScalarType.Float64);
        Assert.InRange((third_T.sum() / second_T.sum()).item<double>(), 0.75 - 0.02, 0.75 + 0.02);
        Assert.True((weights_TK.masked_select(picks_TK.eq(0)) - best).abs().max().item<double>() < 1e-9);
    }

    [Fact]
    public void The_gradient_is_that_of_the_whole_weight_whatever_the_weight_is_in_training()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var values_TE = tensor(new[,] { { 1.0, 0.5, -9 } }).repeat(64, 1);
        var (trained_TE, plain_TE) = (values_TE.clone().requires_grad_(true), values_TE.clone().requires_grad_(true));
        var picks_TK = ones(64, 1, ScalarType.Int64);

        var weights_TK = SparseMixer.Weights(trained_TE, picks_TK, 0.4, training: true);
        weights_TK.sum().backward();
        SparseMixer.Weights(plain_TE, picks_TK, 0.4, training: false).sum().backward();

        Assert.True(weights_TK.max().item<double>() > 2 * weights_TK.min().item<double>());
        Assert.True((trained_TE.grad! - plain_TE.grad!).abs().max().item<double>() < 1e-15);
    }

    [Fact]
    public void Layers_with_the_gate_pass_the_kit()
    {
        LayerKit.Check<SparseMixerLayer>();
        LayerKit.Check<StrictSparseMixer>();
    }
}
