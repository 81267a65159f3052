using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

public class NamesTests
{
    private const string Parts = "[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate]";

    [Theory]
    [InlineData("{0} internal partial class Smoe;", "Demo.Smoe")]
    [InlineData("{0} internal partial class @class;", "Demo.class")]
    [InlineData("{0} internal partial class @record;", "Demo.record")]
    [InlineData("partial struct @if {{ partial interface Inner {{ {0} private partial class Smoe; }} }}", "Demo.if.Inner.Smoe")]
    [InlineData("partial record Outer {{ partial record struct Inner {{ {0} private partial class Größe; }} }}", "Demo.Outer.Inner.Größe")]
    public void A_file_is_named_after_the_class_with_all_that_is_around_it(string declaration, string name)
    {
        var run = GeneratorRun.Of(TestSource.Of(string.Format(null, declaration, Parts))).AssertReportsNothing();

        Assert.Contains(name + ".g.cs", run.Result.GeneratedSources.Select(source => source.HintName));
    }

    [Fact]
    public void A_layer_of_the_global_namespace_has_its_bare_name() =>
        Assert.Contains("partial class Smoe", GeneratorRun.Of($"using LibMoE;\n{Parts} internal partial class Smoe;").File("Smoe"),
            StringComparison.Ordinal);

    [Fact]
    public void Names_that_differ_in_case_only_get_files_of_their_own()
    {
        var run = GeneratorRun.Of(TestSource.Of($"{Parts} internal partial class Smoe; {Parts} internal partial class SMOE;"))
            .AssertReportsNothing();

        Assert.Contains("Demo.SMOE.g.cs", run.Result.GeneratedSources.Select(source => source.HintName));
        Assert.Contains("Demo.Smoe.2.g.cs", run.Result.GeneratedSources.Select(source => source.HintName));
    }

    [Fact]
    public void A_class_Declaration_beside_a_layer_does_not_take_the_name_of_its_second_file()
    {
        var run = GeneratorRun.Of(
            $"using LibMoE;\nnamespace Demo {{ {Parts} internal partial class Smoe; }}",
            $"using LibMoE;\nnamespace Demo.smoe {{ {Parts} internal partial class Declaration; }}").AssertReportsNothing();

        Assert.Equal(5, run.Result.GeneratedSources.Length);
    }

    [Fact]
    public void A_wrong_generic_class_beside_a_layer_of_the_same_name_gets_a_file_of_its_own()
    {
        var run = GeneratorRun.Of(TestSource.Of($"{Parts} internal partial class Smoe; {Parts} internal partial class Smoe<T>;"));

        run.AssertReports(("MOE002", "Smoe"));
        Assert.Equal(4, run.Result.GeneratedSources.Length);
    }

    [Fact]
    public void The_parts_of_a_declaration_may_stand_in_several_files() =>
        GeneratorRun.Of(
            TestSource.Of("[MoeLayer, SwitchBalance(0.01)] internal partial class Smoe;"),
            TestSource.Of("[Experts<SwiGlu>(4), SoftmaxGate] partial class Smoe;")).AssertReportsNothing();

    [Fact]
    public void A_class_that_is_marked_in_two_files_is_read_once()
    {
        var run = GeneratorRun.Of(TestSource.Of(Parts + "internal partial class Smoe;"), TestSource.Of("[MoeLayer] partial class Smoe;"));

        run.AssertReportsBesideCompilerErrors();
        Assert.Equal(["CS0579"], run.CompilerFindings.Select(finding => finding.Id));
    }

    [Fact]
    public void Attributes_of_others_are_none_of_the_declarations() =>
        GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate, System.Serializable, System.Obsolete(\"a\")"))
            .AssertReportsNothing();

    [Fact]
    public void An_alias_of_an_attribute_is_that_attribute() =>
        GeneratorRun.Of("using Gate = LibMoE.SoftmaxGateAttribute; [LibMoE.MoeLayer, LibMoE.Experts<LibMoE.SwiGlu>(4), Gate(TopK = 1)] "
            + "partial class Smoe;")
            .AssertReportsNothing();

    [Theory]
    [InlineData("my-app.core", "MyAppCore")]
    [InlineData("LibMoE.Examples.Zoo", "LibMoEExamplesZoo")]
    [InlineData("3d", "_3d")]
    [InlineData("…", "")]
    public void An_assemblys_list_is_named_after_it(string assembly, string prefix)
    {
        var compilation = GeneratorRun.Compile(References.All, TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate"))
            .WithAssemblyName(assembly);

        Assert.Contains(
            $"public static class {prefix}Variants\n", GeneratorRun.Of(compilation).File("LibMoE-Variants"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_layers_gets_nothing() =>
        Assert.Empty(GeneratorRun.Of("class Other;").AssertReportsNothing().Result.GeneratedSources);
}
