using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class BlockDiagnosticsTests
{
    private const string Parts = "Experts<SwiGlu>(8, Hidden = 16), SoftmaxGate(TopK = 2)";

    [Theory]
    [InlineData("", "it names no block")]
    [InlineData(" ", "it names no block")]
    [InlineData("0-2,", "it names no block")]
    [InlineData("first", "'first' is neither a block's number nor a range")]
    [InlineData("0..2", "'0..2' is neither a block's number nor a range")]
    [InlineData("-2", "'-2' is neither a block's number nor a range")]
    [InlineData("5:2", "'5:2' is neither a block's number nor a range")]
    [InlineData("5-2", "'5-2' ends before it begins")]
    [InlineData("1-:0", "'1-:0' has a step of 0")]
    [InlineData("10000", "'10000' has a number above 9999")]
    [InlineData("0-99999999999999", "'0-99999999999999' has a number above 9999")]
    [InlineData("0-2,2", "it names block 2 twice")]
    [InlineData("0-:2, 5-:3", "it names block 8 twice")]
    public void Blocks_that_are_no_blocks_are_MOE015_on_what_was_written(string blocks, string problem)
    {
        var run = Of($"[MoeLayer(Blocks = \"{blocks}\"), {Parts}] public sealed partial class Smoe;")
            .AssertReports(("MOE015", $"Blocks = \"{blocks}\""));

        Assert.Contains($"but {problem};", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0-2")]
    [InlineData(" 0 , 3 - 5 , 7- ")]
    [InlineData("1-:2")]
    [InlineData("0-:2, 1-:2")]
    [InlineData("0-46:2,1-9:4")]
    public void Blocks_may_be_numbers_ranges_and_every_so_many(string blocks) =>
        Of($"[MoeLayer(Blocks = \"{blocks}\"), {Parts}] public sealed partial class Smoe;").AssertReportsNothing();

    [Fact]
    public void A_block_that_two_layers_inside_name_is_MOE016_on_the_second() =>
        Of(Variant($"[MoeLayer, {Parts}]", ("First", "0-2"), ("Odd", "1-:2"))).AssertReports(("MOE016", "Blocks = \"1-:2\""));

    [Fact]
    public void A_block_that_the_outer_layer_names_as_well_is_MOE016_on_the_inner_one()
    {
        var run = Of(Variant($"[MoeLayer(Blocks = \"2-\"), {Parts}]", ("First", "0-2"))).AssertReports(("MOE016", "Blocks = \"0-2\""));

        Assert.Contains("block 2 is named by 'Smoe' and by 'First'", run.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_share_the_blocks_out_are_right() =>
        Of(Variant($"[MoeLayer(Blocks = \"4-\"), {Parts}]", ("First", "0-2:2"), ("Odd", "1-3:2"))).AssertReportsNothing();

    [Fact]
    public void A_family_inside_a_variant_is_MOE017_on_its_axis() =>
        Of($$"""
            [MoeLayer, {{Parts}}] public sealed partial class Smoe
            {
                [MoeLayer(Blocks = "0"), {{Parts}}, Vary("TopK", 1, 2)] public sealed partial class First;
            }
            """).AssertReports(("MOE017", "Vary(\"TopK\", 1, 2)"));

    [Fact]
    public void Blocks_inside_the_layer_of_some_blocks_are_MOE018() =>
        Of($$"""
            [MoeLayer, {{Parts}}] public sealed partial class Smoe
            {
                [MoeLayer(Blocks = "0-2"), {{Parts}}] public sealed partial class First
                {
                    [MoeLayer(Blocks = "0"), {{Parts}}] public sealed partial class VeryFirst;
                }
            }
            """).AssertReports(("MOE018", "Blocks = \"0\""));

    [Theory]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(TopK = 2)")]
    [InlineData("Experts<SwiGlu>(8), HashGate(TopK = 2)")]
    public void A_residual_gate_behind_other_logits_is_MOE019(string other) =>
        Of($$"""
            [MoeLayer, Experts<SwiGlu>(8), ResidualGate(TopK = 2)] public sealed partial class Smoe
            {
                [MoeLayer(Blocks = "0-2"), {{other}}] public sealed partial class First;
            }
            """).AssertReports(("MOE019", "ResidualGate(TopK = 2)"));

    [Fact]
    public void What_is_wrong_with_an_inner_layer_is_said_once_and_brings_no_further_errors() =>
        Of($$"""
            [MoeLayer, {{Parts}}] public sealed partial class Smoe
            {
                [MoeLayer(Blocks = "0-2"), Experts<SwiGlu>(4), SoftmaxGate(TopK = 5)] public sealed partial class First;
                [MoeLayer(Blocks = "3"), {{Parts}}] public sealed class Third;
            }
            """).AssertReports(("MOE001", "Third"), ("MOE030", "TopK = 5"));

    [Fact]
    public void The_outer_layer_names_the_inner_ones_and_only_it_is_registered()
    {
        var run = Of(Variant($"[MoeLayer(Blocks = \"3-\"), {Parts}]", ("First", "0-2")));

        var declared = run.File("Demo.Smoe.Declaration");
        Assert.Contains("Blocks = [new global::LibMoE.Runtime.BlockRange(3, null)],", declared, StringComparison.Ordinal);
        Assert.Contains("ByBlock = [global::LibMoE.Runtime.MoeVariant.Of<global::Demo.Smoe.First>()],", declared, StringComparison.Ordinal);
        Assert.Contains(
            "Blocks = [new global::LibMoE.Runtime.BlockRange(0, 2)],", run.File("Demo.Smoe.First.Declaration"), StringComparison.Ordinal);
        var registered = run.File("LibMoE-Variants");
        Assert.Contains("Of<global::Demo.Smoe>()", registered, StringComparison.Ordinal);
        Assert.DoesNotContain("First", registered, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_inside_another_that_names_no_blocks_is_a_variant_of_its_own() =>
        Assert.Contains(
            "Of<global::Demo.Smoe.Inner>()",
            Of($$"""[MoeLayer, {{Parts}}] public sealed partial class Smoe { [MoeLayer, {{Parts}}] public sealed partial class Inner; }""")
                .File("LibMoE-Variants"),
            StringComparison.Ordinal);

    [Fact]
    public void Members_of_a_family_have_the_inner_layers_of_the_declared_one() =>
        Assert.Contains(
            "Of<global::Demo.Smoe.First>()",
            Of(Variant($"[MoeLayer, {Parts}, Vary(\"TopK\", 2, 4)]", ("First", "0-2"))).File("Demo.Smoe_TopK4.Declaration"),
            StringComparison.Ordinal);

    private static string Variant(string attributes, params (string Name, string Blocks)[] inner) =>
        $"{attributes} public sealed partial class Smoe {{ "
        + string.Concat(inner.Select(layer =>
            $"[MoeLayer(Blocks = \"{layer.Blocks}\"), {Parts}] public sealed partial class {layer.Name}; "))
        + "}";

    private static GeneratorRun Of(string source) => GeneratorRun.Of(TestSource.Of(source));
}
