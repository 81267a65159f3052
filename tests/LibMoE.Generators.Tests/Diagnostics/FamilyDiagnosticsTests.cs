using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class FamilyDiagnosticsTests
{
    private const string Layer =
        "Experts<SwiGlu>(8, Hidden = 16), SharedExperts<SwiGlu>(1), SoftmaxGate(TopK = 2), SwitchBalance(0.01), RouterZLoss(0.001)";

    [Fact]
    public void An_option_that_no_part_has_is_MOE070_and_the_message_lists_those_that_can_vary()
    {
        var run = Of("""Vary("TopN", 1, 2)""").AssertReports(("MOE070", "\"TopN\""));

        Assert.Contains(
            "Coefficient, Count, ExpertScale, Gated, GroupValue, Groups, Hidden, InRouterSum", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hidden", "\"Experts.Hidden\" or \"SharedExperts.Hidden\"")]
    [InlineData("Coefficient", "\"SwitchBalance.Coefficient\" or \"RouterZLoss.Coefficient\"")]
    public void An_option_of_several_parts_is_MOE071_and_the_message_says_what_to_write(string option, string choices)
    {
        var run = Of($"Vary(\"{option}\", 1, 2)").AssertReports(("MOE071", $"\"{option}\""));

        Assert.EndsWith($"write {choices}", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Vary(\"TopK\", 1, \"2\")", "\"2\"")]
    [InlineData("Vary(\"TopK\", 1.5)", "1.5")]
    [InlineData("Vary(\"TopK\", 1L << 40)", "1L << 40")]
    [InlineData("Vary(\"Normalize\", 1)", "1")]
    [InlineData("Vary(\"SoftmaxGate.Scale\", Over.Token)", "Over.Token")]
    [InlineData("Vary(\"TopK\", 1, null)", "null")]
    [InlineData("Vary(\"TopK\", new[] { 1, 2 })", "new[] { 1, 2 }")]
    public void A_value_of_another_type_is_MOE072(string vary, string at) => Of(vary).AssertReports(("MOE072", at));

    [Theory]
    [InlineData("Vary(\"TopK\")", "Vary(\"TopK\")", "no value")]
    [InlineData("Vary(\"TopK\", null)", "Vary(\"TopK\", null)", "no value")]
    [InlineData("Vary(\"TopK\", 1, 4, 1)", "1", "1 twice")]
    public void No_value_or_one_twice_is_MOE073(string vary, string at, string what)
    {
        var run = Of(vary).AssertReports(("MOE073", at));

        Assert.Contains($"TopK of 'Smoe' {what};", run.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_option_twice_is_MOE074() =>
        Of("Vary(\"TopK\", 1), Vary(\"SoftmaxGate.TopK\", 4)").AssertReports(("MOE074", "\"SoftmaxGate.TopK\""));

    [Fact]
    public void A_member_with_the_name_of_another_type_is_MOE075() =>
        GeneratorRun.Of(TestSource.Layer($"{Layer}, Vary(\"TopK\", 1)") + "public class Smoe_TopK1;")
            .AssertReports(("MOE075", "Vary(\"TopK\", 1)"));

    [Fact]
    public void A_member_with_the_name_of_another_familys_member_is_MOE075_on_the_longer_name()
    {
        var longer =
            $"\n/// <summary>A.</summary>\n[MoeLayer, {Layer}, Vary(\"SwitchBalance.Coefficient\", 2)]\npublic partial class Smoe_TopK1;";
        var shorter = TestSource.Layer($"{Layer}, Vary(\"TopK\", 1), Vary(\"SwitchBalance.Coefficient\", 2)");

        GeneratorRun.Of(shorter + longer).AssertReports(("MOE075", "Vary(\"SwitchBalance.Coefficient\", 2)"));
    }

    [Fact]
    public void Two_values_that_give_the_same_name_are_MOE075() =>
        GeneratorRun.Of(
                TestSource.Layer("Experts<SwiGlu>(8), Mine.TemperedGate(1), Vary(\"Note\", \"a-b\", \"amb\")"), CustomSource.Parts)
            .AssertReports(("MOE075", "Vary(\"Note\", \"a-b\", \"amb\")"));

    [Fact]
    public void A_family_that_is_too_large_is_MOE076()
    {
        var hidden = string.Join(", ", Enumerable.Range(1, 17));
        var scale = string.Join(", ", Enumerable.Range(1, 16));

        Of($"Vary(\"Experts.Hidden\", {hidden}), Vary(\"SoftmaxGate.Scale\", {scale})")
            .AssertReports(("MOE076", $"Vary(\"Experts.Hidden\", {hidden})"));
    }

    [Fact]
    public void A_member_is_checked_like_a_declared_layer_and_the_error_stands_on_the_value()
    {
        var run = Of("Vary(\"TopK\", 4, 16)");

        run.AssertReports(("MOE030", "16"));
        Assert.Equal("'Smoe_TopK16' lets a token pick TopK = 16 of 8 routable experts; TopK must be from 1 to 8", run.Message());
        Assert.Contains("(MOE030)", run.File("Demo.Smoe_TopK16"), StringComparison.Ordinal);
        Assert.Contains("private const int K = 4;", run.File("Demo.Smoe_TopK4"), StringComparison.Ordinal);
        Assert.Contains("private const int K = 2;", run.File("Demo.Smoe"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_declared_layers_own_error_is_reported_once_for_the_whole_family() =>
        GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 6), Vary(\"TopK\", 1, 2), Vary(\"Hidden\", 8, 16)"))
            .AssertReports(("MOE030", "TopK = 6"));

    private static GeneratorRun Of(string vary) => GeneratorRun.Of(TestSource.Layer($"{Layer}, {vary}"));
}
