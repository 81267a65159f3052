using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Tests.Diagnostics;

public class ClassDiagnosticsTests
{
    private const string Parts = "[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate]";

    [Fact]
    public void A_class_that_is_not_partial_is_MOE001() =>
        Of($"{Parts} public sealed class Smoe;").AssertReports(("MOE001", "Smoe"));

    [Fact]
    public void A_type_around_the_layer_that_is_not_partial_is_MOE001_on_that_type() =>
        Of($"public struct Outer {{ {Parts} public sealed partial class Smoe; }}").AssertReports(("MOE001", "Outer"));

    [Theory]
    [InlineData("public partial class Smoe<T>;")]
    [InlineData("public partial class Smoe<T, TOther> where T : class;")]
    public void A_generic_class_is_MOE002(string declaration) => Of(Parts + declaration).AssertReports(("MOE002", "Smoe"));

    [Fact]
    public void A_class_inside_a_generic_type_is_MOE002() =>
        Of($"public partial class Outer<T, U> {{ {Parts} internal partial class Smoe; }}").AssertReports(("MOE002", "Smoe"));

    [Theory]
    [InlineData("public static partial class Smoe;", "static")]
    [InlineData("public abstract partial class Smoe;", "abstract")]
    [InlineData("public partial record Smoe;", "a record")]
    [InlineData("file partial class Smoe;", "local to its file")]
    public void An_unusual_class_is_MOE003(string declaration, string kind)
    {
        var run = Of(Parts + declaration).AssertReports(("MOE003", "Smoe"));

        Assert.Contains($"'Smoe' is {kind};", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial struct Smoe;")]
    [InlineData("public partial interface Smoe;")]
    public void A_type_that_is_no_class_is_MOE003_beside_the_compilers_own_error(string declaration) =>
        Of(Parts + declaration).AssertReportsBesideCompilerErrors(("MOE003", "Smoe"));

    [Fact]
    public void A_base_class_of_its_own_is_MOE004() =>
        Of($"public class Mine; {Parts} public partial class Smoe : Mine;").AssertReports(("MOE004", "Smoe"));

    [Fact]
    public void Interfaces_and_the_base_class_MoeLayer_itself_are_allowed() =>
        Of($"public interface IMine; /// <summary>A.</summary>\n{Parts} public partial class Smoe : MoeLayer, IMine;")
            .AssertReportsNothing();

    [Theory]
    [InlineData("{ public Smoe() { } }", "Smoe")]
    [InlineData("(int width) { private int Width => width; }", "Smoe")]
    [InlineData("{ public void AfterOptimizerStep() { } }", "AfterOptimizerStep")]
    [InlineData("{ public static Smoe Create() => null!; }", "Create")]
    public void A_member_that_the_generator_writes_is_MOE005_on_the_member(string body, string at) =>
        Of($"{Parts} public partial class Smoe {body}").AssertReports(("MOE005", at));

    [Theory]
    [InlineData("router_ED")]
    [InlineData("gateUp_FDW")]
    [InlineData("scoreBias_E")]
    [InlineData("F")]
    [InlineData("Formulas")]
    public void A_member_with_the_name_of_a_generated_field_or_constant_is_MOE005(string field) =>
        Of($"[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate, BiasBalance(0.01)] public partial class Smoe {{ public int {field} => 1; }}")
            .AssertReports(("MOE005", field));

    [Theory]
    [InlineData("F")]
    [InlineData("H")]
    [InlineData("SharedH")]
    [InlineData("Z")]
    [InlineData("M")]
    [InlineData("B")]
    public void A_class_may_be_named_like_a_constant_which_it_then_goes_without(string name)
    {
        var run = GeneratorRun.Of(TestSource.Layer(
            "Experts<SwiGlu>(4, Hidden = 8), Experts<Constant>(2), SharedExperts<Relu>(2, Hidden = 8), HyperGate(8), "
                + "HeterogeneousBalance(0.1)",
            name));

        run.AssertReportsNothing();
        Assert.DoesNotContain($"const int {name} ", run.File($"Demo.{name}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_of_another_declaration_is_free() =>
        Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe {{ private int scoreBias_E = 1; private int Use() => "
            + $"++scoreBias_E; }}").AssertReportsNothing();

    [Theory]
    [InlineData("public class Tensor;")]
    [InlineData("internal enum Activation { None }")]
    [InlineData("public delegate void Routing();")]
    [InlineData("namespace Dictionary { public class Anything; }")]
    public void A_type_or_namespace_that_hides_a_name_of_the_generated_code_is_MOE007(string other)
    {
        var source = $"using LibMoE;\nusing LibMoE.Runtime;\nnamespace Demo {{\n{other}\nnamespace Inner {{ {Parts} public partial "
            + $"class Smoe; }} }}";

        GeneratorRun.Of(source).AssertReports(("MOE007", "Smoe"));
    }

    [Fact]
    public void A_type_of_the_global_namespace_hides_names_too() =>
        GeneratorRun.Of(TestSource.Of($"{Parts} public partial class Smoe;"), "public class Picking;").AssertReports(("MOE007", "Smoe"));

    [Fact]
    public void A_member_or_nested_type_hides_names_too() =>
        Of($"{Parts} public partial class Smoe {{ public int Math => 1; }} public partial class Outer {{ public class nn; {Parts} public "
            + $"partial class Inner; }}")
            .AssertReports(("MOE007", "Smoe"), ("MOE007", "Inner"));

    [Theory]
    [InlineData("namespace Elsewhere { public class Tensor; }")]
    [InlineData("namespace Demo { file class Tensor; }")]
    [InlineData("namespace Demo { public class Tensors; }")]
    public void A_type_that_is_out_of_sight_hides_nothing(string other) =>
        GeneratorRun.Of(TestSource.Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe;"), other).AssertReportsNothing();

    [Fact]
    public void Other_members_are_allowed() =>
        Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe {{ static Smoe() {{ }} private int _uses; private int "
            + $"Use() => ++_uses; }}").AssertReportsNothing();

    [Fact]
    public void A_project_without_the_runtime_is_MOE006_and_nothing_is_emitted()
    {
        var source = TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate")
            .Replace("using LibMoE.Runtime;", string.Empty, StringComparison.Ordinal);

        var run = GeneratorRun.Of(GeneratorRun.Compile(References.WithoutRuntime, source));

        run.AssertReports(("MOE006", "Smoe"));
        Assert.Empty(run.Result.GeneratedSources);
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp11, "11.0")]
    [InlineData(LanguageVersion.CSharp10, "10.0")]
    [InlineData(LanguageVersion.CSharp7_3, "7.3")]
    public void A_C_sharp_that_is_too_old_is_MOE008_that_names_the_version_and_nothing_generated_breaks(
        LanguageVersion language, string name)
    {
        // What the user's own lines need is said by the compiler; generated files have no error.
        const string Source =
            "using LibMoE; namespace Demo { [MoeLayer, Experts<SwiGlu>(4), SoftmaxGate] public sealed partial class Smoe { } }";
        const string Use = "using LibMoE.Runtime; namespace Demo { static class Uses { static object "
            + "Add(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => services.AddMoeVariants(); } }";

        var run = GeneratorRun.Of(GeneratorRun.Compile(language, References.All, Source, Use));

        run.AssertReportsBesideCompilerErrors(("MOE008", "Smoe"));
        Assert.Equal(
            $"'Smoe' is compiled as C# {name}, but the generated part needs C# 12.0; set <LangVersion>12.0</LangVersion> or later in "
                + "the project, or remove LangVersion",
            run.Message());
        Assert.All(run.CompilerErrors.Where(error => error.Location.IsInSource), error => Assert.Equal(
            "Source0.cs", error.Location.GetLineSpan().Path));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.CSharp13)]
    [InlineData(LanguageVersion.CSharp14)]
    public void Everything_that_is_generated_compiles_as_C_sharp_12(LanguageVersion language)
    {
        const string Layers =
            """
            [MoeLayer, Experts<SwiGlu>(8), SharedExperts<SwiGlu>(1), SigmoidGate(TopK = 2, Groups = 4, TopGroups = 2), BiasBalance(0.01), SequenceBalance(0.1), Vary("TopK", 1)]
            internal sealed partial class Deep;
            [MoeLayer, Experts<Relu>(3), Experts<Constant>(2), ResidualGate(TopK = 2), HeterogeneousBalance(0.1), Capacity(1), ExpertDropout(0.1)] internal sealed partial class Plus;
            [MoeLayer, Experts<Gelu>(4), NoisyTopKGate, LoadBalance(0.1), DiversityLoss(0.1)] internal sealed partial class Noisy;
            [MoeLayer, Experts<Gelu>(4), ReluGate(0.5)] internal sealed partial class Steered;
            [MoeLayer, Experts<Gelu>(4), TernaryGate] internal sealed partial class Signed;
            [MoeLayer, Experts<Gelu>(4), SoftSlotsGate(2)] internal sealed partial class Soft;
            [MoeLayer, Experts<Gelu>(4), HashGate] internal sealed partial class Hashed;
            [MoeLayer, Experts<Gelu>(4), ExpertChoiceGate(1)] internal sealed partial class Chosen;
            """;

        GeneratorRun.Of(GeneratorRun.Compile(language, References.All, TestSource.Of(Layers), CustomSource.Parts)).AssertReportsNothing();
    }

    [Theory]
    [InlineData("internal static class Shape { public const int Picks = 2; }", "Shape.Picks", "Shape")]
    [InlineData("internal static class Declared { public const int Picks = 2; }", "Declared.Picks", "Declared")]
    [InlineData("internal static class training { public const int Picks = 2; }", "1 + training.Picks - 1", "training")]
    [InlineData("internal static class Create { public const int Picks = 2; }", "Create.Picks", "Create")]
    public void A_name_in_the_declaration_that_a_member_of_the_layer_would_hide_is_MOE009(string other, string value, string at) =>
        Of($"{other} [MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = {value})] public sealed partial class Smoe;")
            .AssertReports(("MOE009", at));

    [Fact]
    public void A_constant_that_a_static_using_brings_is_hidden_in_the_same_way()
    {
        const string Source =
            "using LibMoE; using static Demo.Sizes; namespace Demo { internal static class Sizes { public const int Declared = 2; } "
            + "[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = Declared)] public sealed partial class Smoe; }";

        GeneratorRun.Of(Source).AssertReports(("MOE009", "Declared"));
    }

    [Theory]
    [InlineData("internal static class Shape { public const int Picks = 2; }", "global::Demo.Shape.Picks")]
    [InlineData("internal static class Sizes { public const int Shape = 2; }", "Sizes.Shape")]
    [InlineData("internal static class K { public const int Picks = 2; }", "K.Picks")]
    [InlineData("internal static class E { public const int Picks = 2; }", "E.Picks")]
    [InlineData("internal enum K { Picks = 2 }", "(int)K.Picks")]
    [InlineData("internal static class K { public const int PicksPerToken = 2; } internal class PicksPerToken;", "K.PicksPerToken")]
    [InlineData("internal static class K { public const int E = 2; } internal class E;", "K.E")]
    [InlineData("", "Nested.Picks")]
    public void A_name_that_is_found_all_the_same_is_allowed(string other, string value) =>
        Of($"{other} [MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = {value}), SwitchBalance(0.1)] internal sealed partial class Smoe "
            + "{ internal static class Nested { public const int Picks = 2; } }").AssertReportsNothing();

    [Fact]
    public void A_namespace_an_alias_and_an_expert_kind_may_be_called_E_and_K()
    {
        GeneratorRun.Of("using LibMoE; using K = Demo.Sizes; namespace Demo { internal static class Sizes { public const int Picks = 2; } "
            + "[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = K.Picks)] internal sealed partial class Smoe; }").AssertReportsNothing();
        GeneratorRun.Of("using LibMoE; namespace Demo.E.K { [MoeLayer, Experts<SwiGlu>(4), SoftmaxGate, SwitchBalance(0.1)] internal "
            + "sealed partial class Smoe; }")
            .AssertReportsNothing();
        GeneratorRun.Of(TestSource.Of("[MoeLayer, Experts<K>(4), SoftmaxGate] internal sealed partial class Smoe;"),
            CustomSource.Parts.Replace("namespace Mine;", "namespace Demo;", StringComparison.Ordinal)
                .Replace("Scaled", "K", StringComparison.Ordinal)).AssertReportsNothing();
    }

    [Fact]
    public void A_base_class_that_does_not_exist_is_left_to_the_compiler() =>
        Of($"{Parts} public partial class Smoe : Missing;").AssertReportsBesideCompilerErrors();

    private static GeneratorRun Of(string declarations) => GeneratorRun.Of(TestSource.Of(declarations));
}
