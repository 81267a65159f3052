using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

public class FamilyTests
{
    [Fact]
    public void Several_varied_options_give_the_product_without_the_declared_combination() =>
        Assert.Equal(
            ["Demo.Smoe", "Demo.Smoe_TopK1_Count16", "Demo.Smoe_TopK1_Count8", "Demo.Smoe_TopK2_Count16"],
            Members("Experts<SwiGlu>(8), SoftmaxGate(TopK = 2, Normalize = false), Vary(nameof(SoftmaxGateAttribute.TopK), 1, 2), "
                + "Vary(\"Count\", 8, 16)"));

    [Theory]
    [InlineData("Vary(\"Coefficient\", 0.001, 1e-5, 1)", "Coefficient0_001, Coefficient1, Coefficient1Em05")]
    [InlineData("Vary(\"Normalize\", false)", "NormalizeFalse")]
    [InlineData("Vary(\"Seed\", -3, 4)", "Seed4, Seedm3")]
    [InlineData("Vary(\"Over\", Over.Batch, Over.Token)", "OverBatch")]
    public void Members_are_named_after_option_and_value(string vary, string suffixes)
    {
        var gate = vary.Contains("Seed", StringComparison.Ordinal) ? "HashGate" : "SoftmaxGate, EntropyBalance(0.1)";

        Assert.Equal(
            suffixes.Split(", ").Select(suffix => $"Demo.Smoe_{suffix}").Prepend("Demo.Smoe").Order(StringComparer.Ordinal),
            Members($"Experts<SwiGlu>(8), {gate}, {vary}"));
    }

    [Fact]
    public void Options_of_the_same_name_are_told_apart_by_their_part() =>
        Assert.Equal(
            ["Demo.Smoe", "Demo.Smoe_Experts2Count4_ZeroCount2"],
            Members("Experts<Relu>(8), Experts<Relu>(2), Experts<Zero>(1), SoftmaxGate, Vary(\"Experts#2.Count\", 4), "
                + "Vary(\"Zero.Count\", 2)"));

    [Theory]
    [InlineData("SwitchBalance.Coefficient")]
    [InlineData("SwitchBalanceAttribute.Coefficient")]
    [InlineData("SwitchBalance#1.Coefficient")]
    public void A_part_may_be_named_in_several_ways(string option) =>
        Assert.Contains(
            "Demo.Smoe_Coefficient0_5",
            Members($"Experts<SwiGlu>(8), SoftmaxGate, SwitchBalance(0.1), RouterZLoss(0.1), Vary(\"{option}\", 0.5)"));

    [Fact]
    public void An_option_that_was_not_written_varies_as_well()
    {
        var run = GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(8), SoftmaxGate, Vary(\"Jitter\", 0.1)"));

        Assert.Contains("new SoftmaxGateAttribute { Jitter = 0.1 }", run.File("Demo.Smoe_Jitter0_1.Declaration"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_with_an_options_default_equals_a_layer_that_does_not_write_it()
    {
        var family = GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(8), SoftmaxGate(TopK = 4), Vary(\"TopK\", 2)"));

        Assert.Contains("        LibMoE.SoftmaxGateAttribute/1()\n", family.File("Demo.Smoe_TopK2.Declaration"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial class Smoe;", "public sealed partial class Smoe_TopK1 ")]
    [InlineData("partial class Smoe;", "internal sealed partial class Smoe_TopK1 ")]
    [InlineData(
        "partial class Outer { [MoeLayer, Experts<Relu>(4), SoftmaxGate, Vary(\"TopK\", 1)] private protected partial class Smoe; }",
        "private protected sealed partial class Smoe_TopK1 ")]
    public void A_member_is_as_visible_as_the_declared_class(string declaration, string header)
    {
        var isNested = declaration.Contains("Outer", StringComparison.Ordinal);
        var attributes =
            isNested ? string.Empty : "/// <summary>A.</summary>\n[MoeLayer, Experts<Relu>(4), SoftmaxGate, Vary(\"TopK\", 1)]";

        var run = GeneratorRun.Of(TestSource.Of($"{attributes} {declaration}"));

        Assert.Contains(header, run.File(isNested ? "Demo.Outer.Smoe_TopK1" : "Demo.Smoe_TopK1"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Members(string attributes) =>
        GeneratorRun.Of(TestSource.Layer(attributes)).AssertReportsNothing().Result.GeneratedSources
            .Select(source => source.HintName[..^".g.cs".Length])
            .Where(name => name != "LibMoE-Variants" && !name.EndsWith(".Declaration", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
