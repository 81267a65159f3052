using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(6), SoftmaxGate(TopK = 2, Groups = 3, TopGroups = 1, GroupValue = GroupValue.TopTwo), BiasBalance(0.001)]
internal sealed partial class SoftmaxByTwo;

[MoeLayer, Experts<Relu>(6), SigmoidGate(TopK = 2, Groups = 2, TopGroups = 1, GroupValue = GroupValue.Sum), ExpertDropout(0.3)]
internal sealed partial class SigmoidBySum;

[MoeLayer, Experts<Relu>(6), SigmoidGate(TopK = 2, Groups = 3, TopGroups = 1, GroupValue = GroupValue.Largest)]
internal sealed partial class SigmoidByLargest;

[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 4, Groups = 4, PicksPerGroup = 1, Normalize = false), SwitchBalance(0.01)]
internal sealed partial class OneOfEachGroup;

[MoeLayer, Experts<SwiGlu>(6), SigmoidGate(TopK = 4, Groups = 2, PicksPerGroup = 2), BiasBalance(0.001), ExpertDropout(0.2)]
internal sealed partial class TwoOfEachGroup;

/// <summary>How groups are valued, and one pick a group (mixture of grouped experts).</summary>
public class GroupValueTests
{
    /// <summary>Groups {0.9, 0, 0.1}, {0.5, 0.45, 0} and {0.4, 0.4, 0.4}.</summary>
    private static readonly double[] Values = [0.9, 0, 0.1, 0.5, 0.45, 0, 0.4, 0.4, 0.4];

    [Theory]
    [InlineData(GroupValue.Largest, 0)]
    [InlineData(GroupValue.Default, 0)]
    [InlineData(GroupValue.TopTwo, 0)]
    [InlineData(GroupValue.Sum, 2)]
    public void A_group_is_worth_its_largest_its_two_largest_or_all_of_its_members(GroupValue value, long best)
    {
        using var scope = NewDisposeScope();

        Assert.Equal([best], Kept(Values, value));
    }

    [Fact]
    public void Names_have_the_numbers_that_programs_were_compiled_with_and_gates_begin_with_Default()
    {
        GroupValue[] values = [GroupValue.Largest, GroupValue.TwoLargest, GroupValue.TopTwo, GroupValue.Sum, GroupValue.Default];

        Assert.Equal([0, 1, 1, 2, 3], values.Select(value => (int)value));
        Assert.Equal(GroupValue.Default, new SigmoidGateAttribute().GroupValue);
    }

    [Fact]
    public void Two_good_members_beat_one_by_the_sum_of_two_and_not_by_the_largest()
    {
        using var scope = NewDisposeScope();
        double[] values = [0.8, 0, 0, 0.5, 0.45, 0, 0.1, 0.1, 0.1];

        Assert.Equal([0L], Kept(values, GroupValue.Largest));
        Assert.Equal([1L], Kept(values, GroupValue.TopTwo));
    }

    [Fact]
    public void Removed_members_count_in_no_sum_and_a_group_without_members_comes_last()
    {
        using var scope = NewDisposeScope();
        var gone = double.NegativeInfinity;

        Assert.Equal([0L], Kept([-1, gone, gone, gone, gone, gone, -1, -1, gone], GroupValue.Sum));
    }

    [Fact]
    public void A_token_picks_the_best_of_every_group_and_ties_go_to_the_lower_index()
    {
        using var scope = NewDisposeScope();
        var selection_TE = tensor(Values).reshape(1, 9);

        Assert.Equal([0L, 3, 6], Picks(1));
        Assert.Equal([0L, 3, 4, 6, 7, 2], Picks(2));

        long[] Picks(int each) =>
            Picking.Largest(Picking.KeepOfEachGroup(selection_TE, groups: 3, each), 3 * each, null).data<long>().ToArray();
    }

    [Fact]
    public void Every_group_of_a_layer_gets_as_many_picks_as_every_other()
    {
        using var scope = NewDisposeScope();
        using var layer = TwoOfEachGroup.Create(new MoeShape(5, 4));
        layer.eval();

        var counts = layer.forward(randn(40, 5)).Routing.TokensPerExpert!.data<long>().ToArray();
        Assert.Equal([80L, 80], counts.Chunk(3).Select(group => group.Sum()));
    }

    [Fact]
    public void Layers_with_valued_groups_and_picks_of_each_group_pass_the_kit()
    {
        LayerKit.Check<SoftmaxByTwo>();
        LayerKit.Check<SigmoidBySum>();
        LayerKit.Check<SigmoidByLargest>();
        LayerKit.Check<OneOfEachGroup>();
        LayerKit.Check<TwoOfEachGroup>();
    }

    /// <summary>The groups of three that stay.</summary>
    private static IEnumerable<long> Kept(double[] values, GroupValue value) =>
        Picking.KeepGroups(tensor(values).reshape(1, values.Length), values.Length / 3, 1, value).isneginf().logical_not()
            .nonzero().select(1, 1).data<long>().ToArray().Select(slot => slot / 3).Distinct();
}
