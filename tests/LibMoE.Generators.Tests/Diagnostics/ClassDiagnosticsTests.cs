using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class ClassDiagnosticsTests
{
    private const string Parts = "[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate]";

    [Fact]
    public void A_class_that_is_not_partial_is_MOE001() =>
        Of($"{Parts} public sealed class Smoe;").MustReport(("MOE001", "Smoe"));

    [Fact]
    public void A_type_around_the_layer_that_is_not_partial_is_MOE001_on_that_type() =>
        Of($"public struct Outer {{ {Parts} public sealed partial class Smoe; }}").MustReport(("MOE001", "Outer"));

    [Theory]
    [InlineData("public partial class Smoe<T>;")]
    [InlineData("public partial class Smoe<T, TOther> where T : class;")]
    public void A_generic_class_is_MOE002(string declaration) => Of(Parts + declaration).MustReport(("MOE002", "Smoe"));

    [Fact]
    public void A_class_inside_a_generic_type_is_MOE002() =>
        Of($"public partial class Outer<T, U> {{ {Parts} internal partial class Smoe; }}").MustReport(("MOE002", "Smoe"));

    [Theory]
    [InlineData("public static partial class Smoe;", "static")]
    [InlineData("public abstract partial class Smoe;", "abstract")]
    [InlineData("public partial record Smoe;", "a record")]
    [InlineData("file partial class Smoe;", "local to its file")]
    public void An_unusual_class_is_MOE003(string declaration, string kind)
    {
        var run = Of(Parts + declaration).MustReport(("MOE003", "Smoe"));

        Assert.Contains($"'Smoe' is {kind};", run.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial struct Smoe;")]
    [InlineData("public partial interface Smoe;")]
    public void A_type_that_is_no_class_is_MOE003_beside_the_compilers_own_error(string declaration) =>
        Of(Parts + declaration).MustReportBesideCompilerErrors(("MOE003", "Smoe"));

    [Fact]
    public void A_base_class_of_its_own_is_MOE004() =>
        Of($"public class Mine; {Parts} public partial class Smoe : Mine;").MustReport(("MOE004", "Smoe"));

    [Fact]
    public void Interfaces_and_the_base_class_MoeLayer_itself_are_allowed() =>
        Of($"public interface IMine; /// <summary>A.</summary>\n{Parts} public partial class Smoe : MoeLayer, IMine;").MustReportNothing();

    [Theory]
    [InlineData("{ public Smoe() { } }", "Smoe")]
    [InlineData("(int width) { private int Width => width; }", "Smoe")]
    [InlineData("{ public void AfterOptimizerStep() { } }", "AfterOptimizerStep")]
    [InlineData("{ public static Smoe Create() => null!; }", "Create")]
    public void A_member_that_the_generator_writes_is_MOE005_on_the_member(string body, string at) =>
        Of($"{Parts} public partial class Smoe {body}").MustReport(("MOE005", at));

    [Theory]
    [InlineData("router_ED")]
    [InlineData("gateUp_FDW")]
    [InlineData("scoreBias_E")]
    [InlineData("F")]
    [InlineData("Formulas")]
    public void A_member_with_the_name_of_a_generated_field_or_constant_is_MOE005(string field) =>
        Of($"[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate, BiasBalance(0.01)] public partial class Smoe {{ public int {field} => 1; }}")
            .MustReport(("MOE005", field));

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
            "Experts<SwiGlu>(4, Hidden = 8), Experts<Constant>(2), SharedExperts<Relu>(2, Hidden = 8), HyperGate(8), HeterogeneousBalance(0.1)",
            name));

        run.MustReportNothing();
        Assert.DoesNotContain($"const int {name} ", run.File($"Demo.{name}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_of_another_declaration_is_free() =>
        Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe {{ private int scoreBias_E = 1; private int Use() => ++scoreBias_E; }}").MustReportNothing();

    [Theory]
    [InlineData("public class Tensor;")]
    [InlineData("internal enum Activation { None }")]
    [InlineData("public delegate void Routing();")]
    [InlineData("namespace Dictionary { public class Anything; }")]
    public void A_type_or_namespace_that_hides_a_name_of_the_generated_code_is_MOE007(string other)
    {
        var source = $"using LibMoE;\nusing LibMoE.Runtime;\nnamespace Demo {{\n{other}\nnamespace Inner {{ {Parts} public partial class Smoe; }} }}";

        GeneratorRun.Of(source).MustReport(("MOE007", "Smoe"));
    }

    [Fact]
    public void A_type_of_the_global_namespace_hides_names_too() =>
        GeneratorRun.Of(TestSource.Of($"{Parts} public partial class Smoe;"), "public class Picking;").MustReport(("MOE007", "Smoe"));

    [Fact]
    public void A_member_or_nested_type_hides_names_too() =>
        Of($"{Parts} public partial class Smoe {{ public int Math => 1; }} public partial class Outer {{ public class nn; {Parts} public partial class Inner; }}")
            .MustReport(("MOE007", "Smoe"), ("MOE007", "Inner"));

    [Theory]
    [InlineData("namespace Elsewhere { public class Tensor; }")]
    [InlineData("namespace Demo { file class Tensor; }")]
    [InlineData("namespace Demo { public class Tensors; }")]
    public void A_type_that_is_out_of_sight_hides_nothing(string other) =>
        GeneratorRun.Of(TestSource.Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe;"), other).MustReportNothing();

    [Fact]
    public void Other_members_are_allowed() =>
        Of($"/// <summary>A.</summary>\n{Parts} public partial class Smoe {{ static Smoe() {{ }} private int _uses; private int Use() => ++_uses; }}").MustReportNothing();

    [Fact]
    public void A_project_without_the_runtime_is_MOE006_and_nothing_is_emitted()
    {
        var source = TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate").Replace("using LibMoE.Runtime;", string.Empty, StringComparison.Ordinal);

        var run = GeneratorRun.Of(GeneratorRun.Compile(References.WithoutRuntime, source));

        run.MustReport(("MOE006", "Smoe"));
        Assert.Empty(run.Result.GeneratedSources);
    }

    [Fact]
    public void A_base_class_that_does_not_exist_is_left_to_the_compiler() =>
        Of($"{Parts} public partial class Smoe : Missing;").MustReportBesideCompilerErrors();

    private static GeneratorRun Of(string declarations) => GeneratorRun.Of(TestSource.Of(declarations));
}
