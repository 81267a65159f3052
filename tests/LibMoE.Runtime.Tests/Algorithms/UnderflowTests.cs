using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(3, Hidden = 2), SigmoidGate(TopK = 2, Scale = 2)]
internal sealed partial class FaintSigmoidLayer;

[MoeLayer, Experts<Relu>(3, Hidden = 2), ReluGate(0.5)]
internal sealed partial class SparseLayer;

/// <summary>Numbers that leave float32 at its lower end, and what still has to follow from them.</summary>
public class UnderflowTests
{
    [Theory]
    [InlineData(-60.0f)]
    [InlineData(-86.0f)]
    [InlineData(-100.0f)]
    [InlineData(-1000.0f)]
    public void Normalised_sigmoid_weights_keep_their_ratio_and_their_gradient_however_small_the_scores_are(float logit)
    {
        using var scope = NewDisposeScope();
        using var layer = FaintSigmoidLayer.Create(new MoeShape(3));
        using (no_grad())
        {
            layer.get_parameter("router.weight")!.copy_(eye(3));
        }

        var x = tensor(new[,] { { logit, logit + MathF.Log(3), 2 * logit } }, requires_grad: true);
        var routing = layer.forward(x).Routing;
        Assert.Equal([1L, 0], routing.Experts!.reshape(-1).data<long>().ToArray());
        var weights = routing.Weights.reshape(-1).data<float>().ToArray();
        Assert.Equal(1.5, weights[0], 1e-4);
        Assert.Equal(0.5, weights[1], 1e-4);

        // w_0 = 2·σ(l_1 − l_0): its derivative by l_1 is 2·(3/4)·(1/4).
        routing.Weights[0, 0].backward();
        Assert.Equal(0.375, x.grad![0, 1].item<float>(), 1e-4);
    }

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(1e-33f)]
    [InlineData(1e-36f)]
    public void Scores_of_a_gate_of_ones_own_and_their_shares_are_divided_by_their_sum_itself(float unit)
    {
        using var scope = NewDisposeScope();
        var scores_TE = tensor(new[,] { { unit, 3 * unit, 0f } }, requires_grad: true);

        var weights_TK = CombineWeights.Normalized(scores_TE, tensor(new long[,] { { 0, 1 } }));
        Assert.Equal(0.25, weights_TK[0, 0].item<float>(), 1e-5);
        Assert.Equal(0.75, BalanceTerms.Shares(scores_TE)[0, 1].item<float>(), 1e-5);
        weights_TK[0, 0].backward();
        Assert.True(isfinite(scores_TE.grad!).all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void The_smooth_load_has_finite_gradients_where_the_noise_has_died(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var noise in new double[] { -5, -20, -60, -90, -120, -800 })
        {
            using var layer = NoisyLayer.Create(new MoeShape(3) { DType = type });
            using (no_grad())
            {
                layer.get_parameter("router.weight")!.copy_(eye(3));
                layer.get_parameter("router.noise")!.fill_(noise);
            }

            // Two tokens, one with a tie; the noise's logit is a multiple of Σ x.
            var x = tensor(new double[,] { { 2, 1, 0 }, { 1, 1, 0.5 } }).to(type).requires_grad_(true);
            var loss = layer.forward(x).Routing.Losses["LoadBalance"];
            loss.backward();

            Assert.True(double.IsFinite(loss.to(ScalarType.Float64).item<double>()));
            Assert.True(isfinite(x.grad!).all().item<bool>(), $"x at a noise of {noise}");
            Assert.All(layer.named_parameters().Where(entry => entry.parameter.grad is not null), entry =>
                Assert.True(isfinite(entry.parameter.grad!).all().item<bool>(), $"{entry.name} at a noise of {noise}"));
        }
    }

    [Fact]
    public void At_the_floor_of_the_deviation_the_gradient_is_that_of_the_floored_function()
    {
        using var scope = NewDisposeScope();
        var clean_TE = tensor(new[,] { { 1e-6, 0, -3e-6 } });
        double Load(double std)
        {
            return BalanceTerms.Load(clean_TE, clean_TE, full_like(clean_TE, std), 1, null).item<double>();
        }

        // Above the floor σ matters, below it does not; the value is continuous.
        Assert.Equal(Load(1e-6), Load(1e-9), 1e-15);
        Assert.NotEqual(Load(1e-6), Load(2e-6), 1e-6);
        foreach (var (std, moves) in new[] { (5e-7, false), (2e-6, true) })
        {
            var std_TE = full([1, 3], std, ScalarType.Float64, requires_grad: true);
            BalanceTerms.Load(clean_TE, clean_TE, std_TE, 1, null).backward();
            var step = 1e-9;
            Assert.Equal((Load(std + step) - Load(std - step)) / (2 * step), std_TE.grad!.sum().item<double>(), moves ? 1 : 1e-9);
            Assert.Equal(moves, std_TE.grad!.ne(0).any().item<bool>());
        }
    }

    [Fact]
    public void The_penalty_of_a_relu_gate_comes_back_from_either_end_of_float32()
    {
        using var scope = NewDisposeScope();
        using var layer = SparseLayer.Create(new MoeShape(2));
        var l1_1 = layer.get_buffer("router.l1")!;
        var (none_E, all_E) = (tensor(new long[] { 0, 0, 0 }), tensor(new long[] { 10, 10, 10 }));
        void Steps(Tensor picks_E, int count)
        {
            for (var step = 0; step < count; step++)
            {
                layer.AfterOptimizerStep(picks_E, 10);
            }
        }

        Steps(none_E, 300);
        Assert.True(l1_1.item<float>() > 0);
        Steps(all_E, 300);
        Assert.Equal(1e-8, l1_1.item<float>(), 1e-11);

        Steps(none_E, 5000);
        Assert.InRange(l1_1.item<float>(), float.MinValue, 1.1e-37f);
        Steps(all_E, 380);
        Assert.True(l1_1.item<float>() > 1e-8);

        Steps(all_E, 5000);
        Assert.True(float.IsFinite(l1_1.item<float>()));
        Steps(none_E, 1);
        Assert.InRange(l1_1.item<float>(), 1f, 0.9e37f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.PositiveInfinity)]
    public void A_penalty_that_a_file_of_before_holds_at_0_or_infinity_moves_again(float stored)
    {
        using var scope = NewDisposeScope();
        using var layer = SparseLayer.Create(new MoeShape(2));
        var state = layer.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        Assert.Equal([1L], state["router.l1"].shape);
        state["router.l1"].fill_(stored);
        layer.load_state_dict(state);
        var picks_E = tensor(stored == 0 ? new long[] { 10, 10, 10 } : [0, 0, 0]);

        layer.AfterOptimizerStep(picks_E, 10);
        var first = layer.get_buffer("router.l1")!.item<float>();
        layer.AfterOptimizerStep(picks_E, 10);
        var second = layer.get_buffer("router.l1")!.item<float>();

        Assert.True(float.IsFinite(first) && first > 0);
        Assert.Equal(stored == 0 ? 1.2 : 1 / 1.2, second / first, 1e-5);
    }
}
