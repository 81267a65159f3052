using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 1), BiasBalance(0.01)]
internal sealed partial class MaskedByInfinity;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 1, MaskByZero = true), BiasBalance(0.01)]
internal sealed partial class MaskedByZero;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2, Groups = 4, TopGroups = 2, MaskByZero = true), BiasBalance(0.01), ExpertDropout(0.3)]
internal sealed partial class SoftmaxMaskedByZero;

/// <summary>Hugging Face's deepseek_v3 (commit 000c33fd) masks groups by 0.0 where DeepSeek's own code masks them by −∞.</summary>
public class MaskByZeroTests
{
    [Theory]
    [InlineData(typeof(MaskedByZero))]
    [InlineData(typeof(SoftmaxMaskedByZero))]
    public void The_layer_does_what_it_declares(Type layer) =>
        LayerKit.Check(layer == typeof(MaskedByZero) ? MoeVariant.Of<MaskedByZero>() : MoeVariant.Of<SoftmaxMaskedByZero>());

    [Fact]
    public void An_expert_outside_the_kept_group_is_picked_where_a_kept_ones_biased_score_is_negative()
    {
        // Group 0 is kept (0.4 + (−0.1) > what the others sum to); its second member is below 0.
        var selection_TE = tensor(new[,] { { 0.4f, -0.1f, 0.1f, -0.9f, 0.2f, -0.8f } });

        Assert.Equal([0L, 1L], Picks(maskByZero: false));
        Assert.Equal([0L, 2L], Picks(maskByZero: true));

        long[] Picks(bool maskByZero)
        {
            var kept_TE = Picking.KeepGroups(selection_TE, groups: 3, topGroups: 1, GroupValue.TopTwo, maskByZero);
            return Picking.Largest(kept_TE, 2, null).data<long>().ToArray();
        }
    }

    [Fact]
    public void A_removed_expert_stays_removed_outside_the_kept_group()
    {
        var selection_TE = tensor(new[,] { { 0.4f, -0.1f, float.NegativeInfinity, -0.9f } });

        var kept_TE = Picking.KeepGroups(selection_TE, groups: 2, topGroups: 1, GroupValue.TopTwo, maskByZero: true);

        Assert.Equal([0.4f, -0.1f, float.NegativeInfinity, 0f], kept_TE.data<float>().ToArray());
    }

    [Fact]
    public void The_two_masks_agree_while_all_biased_scores_are_positive_and_differ_once_they_drift_below()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (infinite, zero) = (MaskedByInfinity.Create(new MoeShape(8, 8)), MaskedByZero.Create(new MoeShape(8, 8)));
        zero.load_state_dict(infinite.state_dict());
        using var draws = new Generator(3);
        var x_TD = randn([64, 8], generator: draws);
        Assert.True(Experts(infinite).equal(Experts(zero)).all().item<bool>());

        foreach (var layer in new MoeLayer[] { infinite, zero })
        {
            layer.state_dict()["router.score_bias"].sub_(2);
        }

        Assert.False(Experts(infinite).equal(Experts(zero)).all().item<bool>());

        Tensor Experts(MoeLayer layer) => layer.forward(x_TD).Routing.Experts!;
    }
}
