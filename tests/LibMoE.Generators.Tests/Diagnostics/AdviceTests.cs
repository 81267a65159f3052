using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Tests.Diagnostics;

public class AdviceTests
{
    [Fact]
    public async Task A_single_normalised_pick_is_the_warning_MOE101()
    {
        var source = TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 1)");

        await AnalyzerRun.AssertAdvice(source, ("MOE101", "TopK = 1"));
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(await AnalyzerRun.Of(source)).Severity);
    }

    [Theory]
    [InlineData("SoftmaxGate(TopK = 1, Normalize = false)")]
    [InlineData("NoisyTopKGate(TopK = 1)")]
    [InlineData("HashGate")]
    [InlineData("SoftmaxGate")]
    [InlineData("TopPGate(0.4, Normalize = true)")]
    [InlineData("SharedExperts<SwiGlu>(1, InRouterSum = true), SigmoidGate(TopK = 1)")]
    public Task Where_a_weight_can_learn_or_nothing_is_learned_there_is_none(string gate) =>
        AnalyzerRun.AssertAdvice(TestSource.Layer($"Experts<SwiGlu>(4), {gate}"));

    [Fact]
    public Task A_member_of_a_family_is_advised_on_its_value() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate, Vary(\"TopK\", 1, 2, 3)"), ("MOE101", "1"));

    [Theory]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("SoftSlotsGate(2)")]
    public Task A_gate_that_looks_ahead_is_MOE102(string gate) =>
        AnalyzerRun.AssertAdvice(TestSource.Layer($"Experts<SwiGlu>(4), {gate}"), ("MOE102", gate));

    [Theory]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)")]
    [InlineData("SigmoidGate")]
    [InlineData("SwitchBalance(0.01)")]
    [InlineData("SharedExperts<SwiGlu>(1)")]
    [InlineData("Capacity(2)")]
    public Task Parts_on_a_class_that_is_no_layer_are_MOE107(string parts) => AnalyzerRun.AssertAdvice(
        TestSource.Of($"/// <summary>None.</summary>\n[{parts}]\npublic sealed partial class Smoe;\n"), ("MOE107", "Smoe"));

    [Fact]
    public Task A_class_with_other_attributes_is_left_alone() =>
        AnalyzerRun.AssertAdvice(TestSource.Of("/// <summary>Old.</summary>\n[System.Obsolete]\npublic sealed class Old;\n"));

    [Fact]
    public Task Every_expert_for_every_token_is_MOE103() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 4)"), ("MOE103", "TopK = 4"));

    [Fact]
    public Task Zero_compute_experts_without_their_term_are_MOE104() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<SwiGlu>(4), Experts<Zero>(1), ResidualGate"), ("MOE104", "Experts<Zero>(1)"));

    [Fact]
    public Task With_their_term_there_is_none() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<SwiGlu>(4), Experts<Zero>(1), ResidualGate, HeterogeneousBalance(0.01)"));

    [Fact]
    public Task The_term_of_zero_compute_experts_without_such_experts_is_MOE105() =>
        AnalyzerRun.AssertAdvice(
            TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate, HeterogeneousBalance(0.01)"), ("MOE105", "HeterogeneousBalance(0.01)"));

    [Fact]
    public Task A_capacity_for_several_picks_is_MOE106() =>
        AnalyzerRun.AssertAdvice(
            TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), Capacity(1.25)"), ("MOE106", "Capacity(1.25)"));

    [Fact]
    public Task A_capacity_by_probability_is_MOE106_for_one_pick_too() => AnalyzerRun.AssertAdvice(
        TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 1, Normalize = false), Capacity(1.25, By = CapacityBy.Probability)"),
        ("MOE106", "Capacity(1.25, By = CapacityBy.Probability)"));

    [Fact]
    public Task A_capacity_for_one_pick_is_causal() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 1, Normalize = false), Capacity(1.25)"));

    [Fact]
    public Task A_wrong_declaration_gets_no_advice() =>
        AnalyzerRun.AssertAdvice(TestSource.Layer("Experts<Zero>(4), SoftmaxGate(TopK = 1)"));

    [Fact]
    public Task A_pragma_silences_advice() =>
        AnalyzerRun.AssertAdvice("#pragma warning disable MOE101\n" + TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 1)"));
}
