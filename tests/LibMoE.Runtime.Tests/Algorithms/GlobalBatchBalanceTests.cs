using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

#pragma warning disable MOE101
[MoeLayer, Experts<Relu>(2, Hidden = 2), SoftmaxGate(TopK = 1), GlobalBatchBalance(0.5), SwitchBalance(0.5)]
internal sealed partial class GlobalPair;
#pragma warning restore MOE101

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2), GlobalBatchBalance(0.01), GlobalBatchBalance(0.02), BiasBalance(0.001)]
internal sealed partial class GlobalSigmoid;

/// <summary>f over the micro-batches of a step, P of the call (Qiu et al. 2025).</summary>
public class GlobalBatchBalanceTests
{
    /// <summary>Rows that pick expert 0, and one that picks expert 1.</summary>
    private static readonly double[,] ToFirst = { { 1, 0 }, { 1, 0 } };
    private static readonly double[,] ToSecond = { { 0, 1 }, { 0, 1 }, { 0, 1 } };

    private static double Share => 1 / (1 + Math.Exp(-1));

    [Fact]
    public void The_share_of_picks_is_that_of_all_calls_of_the_step_and_the_mean_score_that_of_the_call()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();

        // Alone: f = (1, 0). Then f = (2, 3)/5 with P = (1 − s, s).
        Assert.Equal(0.5 * 2 * Share, Losses(layer, ToFirst).Global, 1e-12);
        Assert.Equal(0.5 * 2 * ((0.4 * (1 - Share)) + (0.6 * Share)), Losses(layer, ToSecond).Global, 1e-12);
        Assert.Equal(0.5 * 2 * Share, Losses(layer, ToFirst).Switch, 1e-12);
    }

    [Fact]
    public void The_gradient_of_a_later_call_has_the_shares_of_the_step_and_the_slopes_of_that_call()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        Losses(layer, ToFirst);

        layer.forward(tensor(ToSecond), MoeContext.None).Routing.Losses["GlobalBatchBalance"].backward();

        // c·E·(0.4·(1 − s) + 0.6·s) has the slope 0.2 in s = σ(l₁ − l₀), and only the second dim of the tokens is not 0.
        var slope = 0.2 * Share * (1 - Share);
        var gradient = layer.get_parameter("router.weight")!.grad!.data<double>().ToArray();
        Assert.All(gradient.Zip([0, -slope, 0, slope]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void A_step_forgets_the_picks_of_the_one_before_also_where_it_came_to_nothing()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        Losses(layer, ToFirst);
        layer.AfterOptimizerStep(tensor(new[] { 2L, 0 }), 2);
        Assert.Equal(0.5 * 2 * Share, Losses(layer, ToSecond).Global, 1e-12);

        layer.ForgetStep();
        Assert.Equal(0.5 * 2 * Share, Losses(layer, ToFirst).Global, 1e-12);
    }

    [Fact]
    public void Evaluation_and_a_pass_that_is_computed_again_add_nothing()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer();
        layer.eval();
        Losses(layer, ToFirst);
        layer.train();
        Losses(layer, ToFirst);
        var first = Losses(layer, ToSecond).Global;

        Assert.Equal(first, Losses(layer, ToSecond, new MoeContext { Recomputed = true }).Global, 1e-15);
    }

    [Fact]
    public void Layers_with_the_term_pass_the_kit() => LayerKit.Check<GlobalSigmoid>();

    private static GlobalPair Layer()
    {
        var layer = GlobalPair.Create(new MoeShape(2) { DType = ScalarType.Float64 });
        using (no_grad())
        {
            layer.get_parameter("router.weight")!.copy_(eye(2, dtype: ScalarType.Float64));
        }

        return layer;
    }

    private static (double Global, double Switch) Losses(GlobalPair layer, double[,] x, MoeContext? context = null)
    {
        var losses = layer.forward(tensor(x), context ?? MoeContext.None).Routing.Losses;
        return (losses["GlobalBatchBalance"].item<double>(), losses["SwitchBalance"].item<double>());
    }
}
