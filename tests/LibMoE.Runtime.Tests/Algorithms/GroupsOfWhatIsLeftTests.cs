using LibMoE.Runtime.Analysis.Perturbing;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(8), SigmoidGate(TopK = 2, Groups = 4, TopGroups = 2), ExpertDropout(0.3)]
internal sealed partial class DroppedGroupsLayer;

/// <summary>Groups by their two largest are valued by the members that are left.</summary>
public class GroupsOfWhatIsLeftTests
{
    private const double Gone = double.NegativeInfinity;

    [Theory]
    [InlineData(new[] { 0.9, Gone, 0.3, 0.2, 0.1, 0.1 }, 1, new[] { true, false, false })]
    [InlineData(new[] { 0.4, Gone, 0.3, 0.2, 0.1, 0.1 }, 1, new[] { false, true, false })]
    [InlineData(new[] { -0.1, Gone, -0.2, -0.3, Gone, Gone }, 2, new[] { true, true, false })]
    [InlineData(new[] { Gone, Gone, Gone, -5, Gone, Gone }, 1, new[] { false, true, false })]
    public void A_member_that_was_removed_takes_nothing_with_it(double[] selection, int topGroups, bool[] kept)
    {
        using var scope = NewDisposeScope();
        var selection_TE = tensor(selection).reshape(1, 6);

        var grouped_TE = Picking.KeepGroups(selection_TE, groups: 3, topGroups, GroupValue.TwoLargest);

        Assert.Equal(
            selection.Select((value, expert) => kept[expert / 2] ? value : Gone),
            grouped_TE.reshape(-1).data<double>().ToArray());
    }

    [Fact]
    public void With_expert_dropout_a_token_loses_its_picks_only_where_nothing_is_left()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = DroppedGroupsLayer.Create(new MoeShape(8, 8));
        layer.train();
        manual_seed(3);

        var routing = layer.forward(randn(20_000, 8)).Routing;
        var without = routing.Experts!.lt(0).all(1).sum().item<long>();

        // Eight experts, each removed with probability 0.3: 20,000·0.3⁸ = 1.3 tokens.
        // Groups sunk by one member would leave 20,000·0.51²·0.3⁴ = 42.
        Assert.InRange(without, 0, 8);
    }

    [Fact]
    public void Ablating_one_expert_takes_one_and_its_mate_can_still_be_picked()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = GroupedSigmoidLayer.Create(new MoeShape(8, 8));
        layer.eval();
        using var draws = new Generator(5);
        layer.get_parameter("router.weight")!.normal_(0, 1, draws);
        using var moreDraws = new Generator(7);
        var x = randn([400, 8], generator: moreDraws);
        var own_TK = layer.forward(x).Routing.Experts!;

        Tensor Ablated(int expert) => layer.forward(x, new MoeContext
        {
            Reroute = own => Perturbations.Ablate(0, expert).Reroute(layer, own, zeros([1, 400], ScalarType.Int64)),
        }).Routing.Experts!;

        var (first_TK, second_TK) = (Ablated(0), Ablated(1));
        Assert.Equal(0, first_TK.eq(0).sum().item<long>());
        Assert.True(first_TK.eq(1).sum().item<long>() > 0);
        Assert.False(first_TK.eq(second_TK).all().item<bool>());

        // Tokens that had picked neither expert 0 nor its group keep what they had.
        var untouched_T = own_TK.ge(2).all(1);
        var same_T = own_TK.eq(first_TK).all(1);
        Assert.True(untouched_T.sum().item<long>() > 50);
        Assert.True(same_T.logical_or(untouched_T.logical_not()).all().item<bool>());
        Assert.True(first_TK.ge(0).all().item<bool>());
    }

    [Fact]
    public void A_bias_of_minus_infinity_vetoes_one_expert_and_nothing_outside_the_kept_groups_takes_its_slot()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = VetoedLayer.Create(new MoeShape(4, 4) { DType = ScalarType.Float64 });
        layer.eval();
        layer.get_parameter("router.weight")!.copy_(eye(4, dtype: ScalarType.Float64));
        layer.get_buffer("router.score_bias")!.copy_(tensor(new[] { 0, 0, 0, Gone }));

        var routing = layer.forward(tensor(new double[,] { { 0, 0, 9, 9 } })).Routing;

        Assert.Equal([2L, -1], routing.Experts!.reshape(-1).data<long>().ToArray());
        Assert.Equal([1.0, 0], routing.Weights.reshape(-1).data<double>().ToArray());
    }
}

[MoeLayer, Experts<Relu>(4), SoftmaxGate(TopK = 2, Groups = 2, TopGroups = 1), BiasBalance(0.01)]
internal sealed partial class VetoedLayer;
