using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(4, Hidden = 2), SigmoidGate(TopK = 1, Normalize = false), BiasBalance(0.01), SequenceBalance(1)]
internal sealed partial class ActualPicksLayer;

[MoeLayer, Experts<Relu>(4, Hidden = 2), SigmoidGate(TopK = 1, Normalize = false), BiasBalance(0.01),
    SequenceBalance(1, Picks = BalancePicks.Unbiased)]
internal sealed partial class UnbiasedPicksLayer;

[MoeLayer, Experts<SwiGlu>(8), SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5), BiasBalance(0.01)]
[SequenceBalance(0.1, Picks = BalancePicks.Unbiased)]
internal sealed partial class DeepSeekV3Style;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2, Groups = 4, TopGroups = 1), SequenceBalance(0.1, Picks = BalancePicks.Unbiased),
    ExpertDropout(0.3)]
internal sealed partial class UnbiasedSoftmaxLayer;

/// <summary>Which picks f counts: the layer's own (DeepSeek-V2), or the K largest unbiased scores (DeepSeek-V3, equation 18).</summary>
public class SequenceBalancePicksTests
{
    /// <summary>Every token prefers expert 0; the bias sends token t to expert t.</summary>
    private static readonly double[,] Logits =
    {
        { 2, 0, 0, 0 },
        { 2, 1, 0, 0 },
        { 2, 0, 1, 0 },
        { 2, 0, 0, 1 },
    };

    [Fact]
    public void Unbiased_picks_give_the_closed_form_of_the_paper_and_actual_ones_that_of_the_picks()
    {
        using var scope = NewDisposeScope();
        double[] shares_E = [.. Enumerable.Range(0, 4).Select(expert => Enumerable.Range(0, 4).Average(token => Share(token, expert)))];

        // f of the unbiased picks is 1 for expert 0 and 0 for the others; by the bias, every expert has one token: f_e = 1/4, and Σ P = 1.
        Assert.Equal(4 * shares_E[0], Loss<UnbiasedPicksLayer>(out _), 1e-12);
        Assert.Equal(1, Loss<ActualPicksLayer>(out _), 1e-12);
    }

    [Fact]
    public void Where_a_bias_has_made_the_picks_even_only_the_unbiased_ones_still_pull_at_the_scores()
    {
        using var scope = NewDisposeScope();

        Loss<ActualPicksLayer>(out var actual_ED);
        Loss<UnbiasedPicksLayer>(out var unbiased_ED);

        Assert.InRange(actual_ED.abs().max().item<double>(), 0, 1e-15);
        Assert.True(unbiased_ED.abs().max().item<double>() > 0.01);
    }

    [Fact]
    public void Layers_with_unbiased_picks_pass_the_kit()
    {
        LayerKit.Check<DeepSeekV3Style>();
        LayerKit.Check<UnbiasedSoftmaxLayer>();
    }

    [Fact]
    public void Tokens_without_a_pick_of_their_own_count_with_their_scores()
    {
        using var scope = NewDisposeScope();
        var scores_TE = tensor(Logits).sigmoid();
        var shares_TE = BalanceTerms.Shares(scores_TE);
        var none_TK = full([4, 1], -1L, ScalarType.Int64);

        Assert.Equal(0, BalanceTerms.Sequence(shares_TE, none_TK, 1, null).item<double>());
        Assert.True(BalanceTerms.Sequence(shares_TE, Picking.Largest(scores_TE, 1, null), 1, null).item<double>() > 1);
    }

    private static double Share(int token, int expert) =>
        Sigmoid(Logits[token, expert]) / Enumerable.Range(0, 4).Sum(other => Sigmoid(Logits[token, other]));

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>The logits are the tokens, and a bias on the scores makes the picks even: 1, 2 and 3 win where their logit is 1.</summary>
    private static double Loss<TLayer>(out Tensor gradient_ED)
        where TLayer : MoeLayer, IMoeLayer<TLayer>
    {
        using var layer = TLayer.Create(new MoeShape(4) { DType = ScalarType.Float64 });
        var router_ED = layer.get_parameter("router.weight")!;
        using (no_grad())
        {
            router_ED.copy_(eye(4, dtype: ScalarType.Float64));
            layer.get_buffer("router.score_bias")!.copy_(tensor(new[] { 0, 0.2, 0.2, 0.2 }));
        }

        var routing = layer.forward(tensor(Logits)).Routing;
        var loss = routing.Losses["SequenceBalance"];
        loss.backward();
        gradient_ED = router_ED.grad!.clone();
        Assert.Equal([1L, 1, 1, 1], routing.TokensPerExpert!.data<long>().ToArray());
        return loss.item<double>();
    }
}
