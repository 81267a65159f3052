using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class RoutingDiagnosticsTests
{
    [Theory]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(TopK = 6)", "TopK = 6")]
    [InlineData("Experts<SwiGlu>(1), SoftmaxGate", "SoftmaxGate")]
    [InlineData("Experts<SwiGlu>(2), Experts<Zero>(1), SigmoidGate(TopK = 4)", "TopK = 4")]
    [InlineData("Experts<SwiGlu>(4), HashGate(TopK = 5)", "TopK = 5")]
    [InlineData("Experts<SwiGlu>(4), TernaryGate(TopK = 5)", "TopK = 5")]
    [InlineData("SharedExperts<SwiGlu>(8), Experts<SwiGlu>(4), SoftmaxGate(TopK = 5)", "TopK = 5")]
    public void More_picks_than_routable_experts_are_MOE030(string attributes, string at) => AssertReports(attributes, ("MOE030", at));

    [Fact]
    public void As_many_picks_as_experts_of_all_kinds_are_allowed() =>
        AssertReports("Experts<SwiGlu>(2), Experts<Zero>(1), SoftmaxGate(TopK = 3)");

    [Fact]
    public void Groups_of_unequal_size_are_MOE031_with_the_divisors()
    {
        var run = GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(6), SoftmaxGate(Groups = 4, TopGroups = 2)"))
            .AssertReports(("MOE031", "Groups = 4"));

        Assert.EndsWith("Groups must divide 6: 1, 2, 3, 6", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SoftmaxGate(Groups = 2, TopGroups = 3)", "TopGroups = 3")]
    [InlineData("SigmoidGate(Groups = 2)", "SigmoidGate(Groups = 2)")]
    public void Kept_groups_that_are_not_there_are_MOE032(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}", ("MOE032", at));

    [Fact]
    public void Kept_groups_without_groups_are_MOE033() =>
        AssertReports("Experts<SwiGlu>(4), SoftmaxGate(TopGroups = 1)", ("MOE033", "TopGroups = 1"));

    [Theory]
    [InlineData("Experts<SwiGlu>(8), SigmoidGate(TopK = 5, Groups = 4, TopGroups = 2)", "TopK = 5")]
    [InlineData("Experts<SwiGlu>(4), SigmoidGate(Groups = 4, TopGroups = 1)", "SigmoidGate(Groups = 4, TopGroups = 1)")]
    public void More_picks_than_the_kept_groups_hold_are_MOE034(string attributes, string at) => AssertReports(attributes, ("MOE034", at));

    [Fact]
    public void Picks_that_fill_the_kept_groups_are_allowed() =>
        AssertReports("Experts<SwiGlu>(8), SigmoidGate(TopK = 4, Groups = 4, TopGroups = 2)");

    [Theory]
    [InlineData("SoftmaxGate(TopK = 3, Groups = 4, PicksPerGroup = 1)", "TopK = 3")]
    [InlineData("SigmoidGate(TopK = 4, Groups = 4, PicksPerGroup = 2)", "TopK = 4")]
    public void Other_picks_than_the_groups_come_to_are_MOE038(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(8), {gate}", ("MOE038", at));

    [Theory]
    [InlineData("SoftmaxGate(TopK = 4, PicksPerGroup = 1)", "PicksPerGroup = 1")]
    [InlineData("SoftmaxGate(TopK = 4, Groups = 4, TopGroups = 4, PicksPerGroup = 1)", "TopGroups = 4")]
    public void Picks_of_each_group_without_groups_or_of_some_groups_are_MOE039(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(8), {gate}", ("MOE039", at));

    [Fact]
    public void More_picks_of_each_group_than_it_holds_are_MOE030() =>
        AssertReports("Experts<SwiGlu>(8), SoftmaxGate(TopK = 12, Groups = 4, PicksPerGroup = 3)", ("MOE030", "TopK = 12"));

    [Theory]
    [InlineData("SoftmaxGate(GroupValue = GroupValue.Sum)")]
    [InlineData("SqrtSoftplusGate(TopK = 4, Groups = 4, PicksPerGroup = 1, GroupValue = GroupValue.Sum)")]
    public void A_value_of_groups_that_chooses_none_is_MOE024(string gate) =>
        AssertReports($"Experts<SwiGlu>(8), {gate}", ("MOE024", "GroupValue = GroupValue.Sum"));

    [Fact]
    public void Groups_are_valued_or_picked_from_each() =>
        AssertReports("Experts<SwiGlu>(8), SqrtSoftplusGate(TopK = 4, Groups = 4, TopGroups = 2, GroupValue = GroupValue.TopTwo)");

    [Theory]
    [InlineData("ReluGate(0.5)")]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("SoftSlotsGate(1)")]
    public void A_capacity_without_counted_picks_is_MOE035(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}, Capacity(1.25)", ("MOE035", "Capacity(1.25)"));

    [Fact]
    public void Zero_experts_that_are_skipped_where_there_are_none_are_MOE048() =>
        AssertReports("Experts<SwiGlu>(4), Experts<Copy>(1), SoftmaxGate(SkipZero = true)", ("MOE048", "SkipZero = true"));

    [Theory]
    [InlineData("SoftmaxGate(Sinkhorn = true, Groups = 2, TopGroups = 1)")]
    [InlineData("SigmoidGate(Sinkhorn = true), BiasBalance(0.001)")]
    public void Balanced_picks_beside_another_rule_are_MOE049(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}", ("MOE049", "Sinkhorn = true"));

    [Theory]
    [InlineData("SoftmaxGate(SkipZero = true, Normalize = false)", "SkipZero = true")]
    [InlineData("HashGate(Vocabulary = 9)", "Vocabulary = 9")]
    [InlineData("HashGate(Scale = 2)", "Scale = 2")]
    [InlineData("HashGate(InitStd = 1)", "InitStd = 1")]
    public void Options_of_what_is_not_there_are_MOE024(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(4), Experts<Zero>(1), {gate}", ("MOE024", at));

    [Theory]
    [InlineData("SoftmaxGate(LogitCap = -1)", "LogitCap = -1")]
    [InlineData("TopPGate(1.5)", "1.5")]
    [InlineData("TopPGate(0.5, Entropy = -1)", "Entropy = -1")]
    [InlineData("SparseMixerGate(Epsilon = 0)", "Epsilon = 0")]
    [InlineData("ThresholdGate(InitStd = 0)", "InitStd = 0")]
    [InlineData("HashGate(Table = true, Vocabulary = -1)", "Vocabulary = -1")]
    public void Numbers_outside_their_ranges_are_MOE020(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}", ("MOE020", at));

    [Fact]
    public void A_capacity_by_nothing_that_there_is_is_MOE022() =>
        AssertReports("Experts<SwiGlu>(4), SoftmaxGate, Capacity(1, By = (CapacityBy)5)", ("MOE022", "By = (CapacityBy)5"));

    [Theory]
    [InlineData("TopPGate(0.5)")]
    [InlineData("ThresholdGate")]
    public void A_capacity_where_K_varies_is_MOE035(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}, Capacity(1.25)", ("MOE035", "Capacity(1.25)"));

    [Fact]
    public void Weights_with_a_learned_scale_have_no_importance_MOE050() =>
        AssertReports("Experts<SwiGlu>(4), SoftmaxGate(ExpertScale = true), ImportanceBalance(0.1)", ("MOE050", "ImportanceBalance(0.1)"));

    [Fact]
    public void Learned_weights_of_a_hash_gate_have_logits() =>
        AssertReports("Experts<SwiGlu>(4), HashGate(Learned = true), RouterZLoss(0.1)");

    [Theory]
    [InlineData("HashGate")]
    [InlineData("NoisyTopKGate")]
    [InlineData("ResidualGate")]
    public void A_capacity_with_counted_picks_is_allowed(string gate) => AssertReports($"Experts<SwiGlu>(4), {gate}, Capacity(1.25)");

    [Theory]
    [InlineData("ReluGate(0.5)")]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("SoftSlotsGate(1)")]
    [InlineData("HashGate")]
    [InlineData("TernaryGate")]
    public void Expert_dropout_without_largest_scores_is_MOE036(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}, ExpertDropout(0.1)", ("MOE036", "ExpertDropout(0.1)"));

    [Fact]
    public void A_capacity_factor_above_the_experts_is_MOE037() =>
        AssertReports("Experts<SwiGlu>(4), ExpertChoiceGate(4.5)", ("MOE037", "4.5"));

    private static void AssertReports(string attributes, params (string Id, string At)[] expected) =>
        GeneratorRun.Of(TestSource.Layer(attributes)).AssertReports(expected);
}
