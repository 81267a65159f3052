using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 2), BiasBalance(0.01, Centered = true)]
internal sealed partial class CentredBias;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 2), BiasBalance(0.01, Update = BiasUpdate.Proportional)]
internal sealed partial class ProportionalBias;

[MoeLayer, Experts<Relu>(3), Experts<Copy>(1), SoftmaxGate(TopK = 2)]
[BiasBalance(0.01, Update = BiasUpdate.Proportional, FeedForwardOnly = true)]
internal sealed partial class LongCatBias;

[MoeLayer, Experts<Relu>(3), Experts<Copy>(1), SoftmaxGate(TopK = 2), BiasBalance(0.01, Centered = true, FeedForwardOnly = true)]
internal sealed partial class CentredFeedForwardBias;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 2), BiasBalance(0.01, FreezeAfter = 2)]
internal sealed partial class FrozenBias;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 2), BiasBalance(0.01, FreezeAfter = 300)]
internal sealed partial class LateFrozenBias;

[MoeLayer, Experts<Relu>(4), SigmoidGate(TopK = 2), BiasBalance(0.01)]
internal sealed partial class MovingBias;

[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 2), BiasBalance(1, Update = BiasUpdate.Quantile)]
internal sealed partial class QuantileBias;

[MoeLayer, Experts<SwiGlu>(4), SigmoidGate(TopK = 2), BiasBalance(1, Update = BiasUpdate.Quantile, FreezeAfter = 2)]
internal sealed partial class FrozenQuantileBias;

/// <summary>How the bias of loss-free balancing moves.</summary>
public class BiasUpdateTests
{
    private static readonly long[] Picks = [10, 2, 3, 1];

    [Fact]
    public void A_centred_update_takes_the_mean_change_from_each()
    {
        // mean n = 4: signs −1, +1, +1, +1, whose mean is ½.
        Assert.Equal([-0.015, 0.005, 0.005, 0.005], After<CentredBias>(1));
    }

    [Fact]
    public void A_proportional_update_is_the_missing_share_of_load() =>
        Assert.Equal([-0.00375, 0.00125, 0.000625, 0.001875], After<ProportionalBias>(1));

    [Fact]
    public void Zero_compute_experts_keep_their_bias_where_only_FFNs_move()
    {
        // The FFNs' mean is 5, and 16 picks are all there are.
        Assert.Equal([-0.003125, 0.001875, 0.00125, 0], After<LongCatBias>(1));
        Assert.Equal([-0.013333333333, 0.006666666667, 0.006666666667, 0], After<CentredFeedForwardBias>(1));
    }

    [Fact]
    public void A_bias_stays_as_it_is_after_its_last_step_and_the_count_is_saved()
    {
        Assert.Equal([-0.02, 0.02, 0.02, 0.02], After<FrozenBias>(5));

        using var layer = FrozenBias.Create(new MoeShape(4, 3) { DType = ScalarType.Float64 });
        using var resumed = FrozenBias.Create(new MoeShape(4, 3) { DType = ScalarType.Float64 });
        layer.AfterOptimizerStep(tensor(Picks), 8);
        resumed.load_state_dict(layer.state_dict());
        resumed.AfterOptimizerStep(tensor(Picks), 8);
        resumed.AfterOptimizerStep(tensor(Picks), 8);

        Assert.Equal([-0.02, 0.02, 0.02, 0.02], resumed.get_buffer("router.score_bias")!.data<double>().ToArray());
        Assert.Equal(2, resumed.get_buffer("router.score_bias_steps")!.item<double>());
    }

    [Fact]
    public void Steps_of_a_layer_in_bfloat16_are_counted_beyond_256()
    {
        using var layer = LateFrozenBias.Create(new MoeShape(4, 3) { DType = ScalarType.BFloat16 });
        for (var step = 0; step < 400; step++)
        {
            layer.AfterOptimizerStep(tensor(Picks), 8);
        }

        Assert.Equal(300, layer.get_buffer("router.score_bias_steps")!.item<float>());
        Assert.Equal(3, layer.get_buffer("router.score_bias")![1].item<float>(), 1e-4);
    }

    [Fact]
    public void A_count_that_float32_holds_ends_at_its_last_step()
    {
        using var scope = NewDisposeScope();
        const int Last = 1 << 24;
        var (bias_E, steps_1) = (zeros(4), tensor(new float[] { Last - 1 }));
        for (var step = 0; step < 3; step++)
        {
            LossFree.Update(bias_E, tensor(Picks), rate: 1, steps_1: steps_1, freezeAfter: Last);
        }

        Assert.Equal([-1f, 1, 1, 1], bias_E.data<float>().ToArray());
        Assert.Equal(Last, steps_1.item<float>());
    }

    [Fact]
    public void Whether_steps_are_counted_is_structure_and_how_many_is_a_coefficient()
    {
        var (two, many, endless) = (Of<FrozenBias>(), Of<LateFrozenBias>(), Of<MovingBias>());

        Assert.Equal(two.StructureText, many.StructureText);
        Assert.NotEqual(two.CoefficientsText, many.CoefficientsText);
        Assert.NotEqual(two.StructureText, endless.StructureText);

        static MoeDeclaration Of<TLayer>()
            where TLayer : MoeLayer, IMoeLayer<TLayer> => TLayer.Declaration;
    }

    [Fact]
    public void A_quantile_update_gives_every_expert_its_share_of_the_tokens()
    {
        using var scope = NewDisposeScope();
        using var layer = QuantileBias.Create(new MoeShape(4, 3) { DType = ScalarType.Float64 });
        using var generator = new Generator(5);
        var x = randn([400, 4], ScalarType.Float64, generator: generator) + tensor(new[] { 1.5, 0.5, 0, -0.5 });
        using (no_grad())
        {
            layer.get_parameter("router.weight")!.copy_(eye(4, dtype: ScalarType.Float64));
        }

        var before = Load();
        for (var step = 0; step < 20; step++)
        {
            layer.AfterOptimizerStep(Load());
        }

        Assert.True(before.max().item<long>() > 300);
        Assert.InRange(Load().max().item<long>(), 200, 206);
        Assert.Equal(0, layer.get_buffer("router.score_bias")!.mean().item<double>(), 1e-12);

        Tensor Load() => layer.forward(x).Routing.TokensPerExpert!;
    }

    [Fact]
    public void Quantiles_are_the_order_statistics_of_the_definition()
    {
        using var scope = NewDisposeScope();
        double[,] logits = { { 3, 1, 0 }, { 2, 1.5, 0 }, { 5, 0, 4 } };
        double[] bias = [0, 0, 0.5];

        // α = the second largest of l + b: 1, 1.5, 4.5; T·K/E = 1, so the second largest of l − α.
        var quantiles_E = LossFree.Quantiles(tensor(logits), tensor(bias), k: 1, mask_T: null)!;
        Assert.Equal([0.5, 0, -1], quantiles_E.data<double>().ToArray());
        Assert.Null(LossFree.Quantiles(tensor(logits), tensor(bias), 1, tensor(new[] { false, false, false })));
    }

    [Fact]
    public void The_mean_over_the_micro_batches_of_a_step_moves_the_bias_by_its_rate()
    {
        using var scope = NewDisposeScope();
        var memory = new StepMemory();
        var bias_E = tensor(new[] { 0.0, 0, 0 });
        double[,] logits = { { 3, 1, 0 }, { 2, 1.5, 0 }, { 5, 0, 4 } };
        var x = tensor(logits);
        var tokens = TokenView.Of(x, MoeContext.None, new MoeShape(3));
        memory.Observe(x, bias_E, 1, tokens, training: true, MoeContext.None);
        memory.Observe(x, bias_E, 1, tokens, training: true, new MoeContext { Recomputed = true });
        memory.Observe(x, bias_E, 1, tokens, training: false, MoeContext.None);
        memory.Observe(x.Times(3), bias_E, 1, tokens, training: true, MoeContext.None);

        // α = 1, 1.5, 4: the quantiles of l are (1, 0, −1), three times as large for 3·l; their mean is (2, 0, −2).
        LossFree.Follow(bias_E, memory, rate: 0.25);
        Assert.Equal([-0.5, 0, 0.5], bias_E.data<double>().ToArray());

        memory.Clear();
        LossFree.Follow(bias_E, memory, rate: 0.25);
        Assert.Equal([-0.5, 0, 0.5], bias_E.data<double>().ToArray());
    }

    [Fact]
    public void A_bias_that_follows_quantiles_stays_after_its_last_step()
    {
        using var scope = NewDisposeScope();
        var memory = new StepMemory();
        var (bias_E, steps_1) = (zeros(3, ScalarType.Float64), zeros(1));
        var x = tensor(new[,] { { 3, 1, 0 }, { 2, 1.5, 0 }, { 5, 0, 4 } });
        memory.Observe(x, bias_E, 1, TokenView.Of(x, MoeContext.None, new MoeShape(3)), training: true, MoeContext.None);

        // The quantiles are (1, 0, −1): the way to their opposites is halved twice.
        double[] moved = [-0.75, 0, 0.75];
        for (var step = 0; step < 4; step++)
        {
            LossFree.Follow(bias_E, memory, rate: 0.5, steps_1, freezeAfter: 2);
        }

        Assert.Equal(moved, bias_E.data<double>().ToArray());
        Assert.Equal(2, steps_1.item<float>());
    }

    [Fact]
    public void Layers_with_every_update_pass_the_kit()
    {
        LayerKit.Check<CentredBias>();
        LayerKit.Check<ProportionalBias>();
        LayerKit.Check<LongCatBias>();
        LayerKit.Check<CentredFeedForwardBias>();
        LayerKit.Check<FrozenBias>();
        LayerKit.Check<QuantileBias>();
        LayerKit.Check<FrozenQuantileBias>();
    }

    private static double[] After<TLayer>(int steps)
        where TLayer : MoeLayer, IMoeLayer<TLayer>
    {
        using var layer = TLayer.Create(new MoeShape(4, 3) { DType = ScalarType.Float64 });
        for (var step = 0; step < steps; step++)
        {
            layer.AfterOptimizerStep(tensor(Picks), 8);
        }

        return [.. layer.get_buffer("router.score_bias")!.data<double>().ToArray().Select(bias => Math.Round(bias, 12))];
    }
}
