using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class CustomPartDiagnosticsTests
{
    [Theory]
    [InlineData("Experts<SwiGlu>(4), TemperedGate(0.5)")]
    [InlineData("Experts<Scaled>(4), TemperedGate(0.5, TopK = 3, Slope = Slope.Steep, Power = 2, Note = \"a \\\"quoted\\\" note\"), "
        + "Spread(0.1, Power = 3)")]
    [InlineData("Experts<Scaled>(2), Experts<SwiGlu>(2), Experts<Zero>(1), SoftmaxGate, Spread(0.1), Spread(0.2)")]
    [InlineData("Experts<Scaled>(4), TernaryGate, Spread(0.1)")]
    [InlineData("Experts<Scaled>(4), SoftSlotsGate(2)")]
    [InlineData("Experts<SwiGlu>(4), TemperedGate(1, Tag = typeof(System.Collections.Generic.List<>), Steps = new[] { 1, 2 }), "
        + "BiasBalance(0.001), Capacity(1)")]
    public void Parts_of_the_users_own_stand_on_equal_terms(string attributes) => Of(attributes).AssertReportsNothing();

    [Theory]
    [InlineData("Experts<SwiGlu>(4), TemperedGate(0.5, TopK = 5)", "MOE030", "TopK = 5")]
    [InlineData("Experts<SwiGlu>(4), TemperedGate(0.5, Jitter = 2)", "MOE020", "Jitter = 2")]
    [InlineData("Experts<SwiGlu>(4), TemperedGate(double.NaN)", "MOE021", "double.NaN")]
    [InlineData("Experts<SwiGlu>(4), HashGate, Spread(0.1)", "MOE050", "Spread(0.1)")]
    [InlineData("Experts<SwiGlu>(4), SoftSlotsGate(1), Spread(0.1)", "MOE050", "Spread(0.1)")]
    [InlineData("Experts<Scaled>(4, Bias = true), SoftmaxGate", "MOE041", "Bias = true")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SharedExperts<Scaled>(1)", "MOE040", "SharedExperts<Scaled>(1)")]
    public void They_are_checked_on_equal_terms(string attributes, string id, string at) => Of(attributes).AssertReports((id, at));

    [Fact]
    public void A_term_may_fix_its_own_coefficient() =>
        Of(
            "Experts<SwiGlu>(4), SoftmaxGate, Fixed",
            """
            public sealed class FixedAttribute() : BalanceAttribute<FixedTerm>(0.5);
            public sealed class FixedTerm : IBalanceTerm<FixedAttribute>
            {
                public static TorchSharp.torch.Tensor Loss(BalanceInputs inputs, FixedAttribute options) => inputs.Scores_TE.mean();
            }
            """).AssertReportsNothing();

    [Fact]
    public void A_gate_without_a_router_is_MOE060() =>
        Of("Experts<SwiGlu>(4), BareGate", "public sealed class BareGateAttribute : TopKGateAttribute;")
            .AssertReports(("MOE060", "BareGate"));

    [Theory]
    [InlineData("public sealed class Router;")]
    [InlineData("public abstract class Router;")]
    [InlineData("public interface Router;")]
    public void A_router_without_the_interface_is_MOE061(string router) =>
        Of("Experts<SwiGlu>(4), OwnGate", $"public sealed class OwnGateAttribute : GateAttribute<Router>; {router}")
            .AssertReports(("MOE061", "OwnGate"));

    [Fact]
    public void A_router_for_another_gates_options_is_MOE061()
    {
        var run = Of("Experts<SwiGlu>(4), OwnGate(TopK = 1, Normalize = false)",
            "public sealed class OwnGateAttribute : GateAttribute<TemperedRouter>;");

        run.AssertReports(("MOE061", "OwnGate(TopK = 1, Normalize = false)"));
        Assert.EndsWith(
            "must be a concrete class that implements IRouter<TemperedRouter, OwnGateAttribute>", run.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_may_take_the_options_of_a_base_class() =>
        Of(
            "Experts<SwiGlu>(4), SteepGate",
            """
            public class FlatGateAttribute : GateAttribute<FlatRouter>;
            public sealed class SteepGateAttribute : FlatGateAttribute;
            public sealed class FlatRouter() : TorchSharp.torch.nn.Module("flat"), IRouter<FlatRouter, FlatGateAttribute>
            {
                public static FlatRouter Create(RouterPlace place, FlatGateAttribute options) => new();
                public RouterScores Route(TorchSharp.torch.Tensor x_TD) => new(x_TD, x_TD);
            }
            """).AssertReportsNothing();

    [Fact]
    public void A_balancing_term_without_a_class_is_MOE062() =>
        Of("Experts<SwiGlu>(4), SoftmaxGate, Bare(1)", "public sealed class BareAttribute(double c) : BalanceAttribute(c);")
            .AssertReports(("MOE062", "Bare(1)"));

    [Fact]
    public void A_term_without_the_interface_is_MOE063() =>
        Of("Experts<SwiGlu>(4), SoftmaxGate, Own(1)",
            "public sealed class OwnAttribute(double c) : BalanceAttribute<Term>(c); public sealed class Term;")
            .AssertReports(("MOE063", "Own(1)"));

    [Theory]
    [InlineData("public sealed class Own : IExpert;")]
    [InlineData("public sealed class Own : IZeroComputeExpert;")]
    [InlineData("public interface Own : IExpert;")]
    public void An_expert_kind_without_the_interface_is_MOE064(string kind) =>
        Of("Experts<Own>(4), SoftmaxGate", kind).AssertReports(("MOE064", "Experts<Own>(4)"));

    [Fact]
    public void The_marker_interface_itself_is_MOE064() =>
        Of("Experts<IExpert>(4), SoftmaxGate").AssertReports(("MOE064", "Experts<IExpert>(4)"));

    [Fact]
    public void A_type_that_is_no_expert_is_left_to_the_compiler()
    {
        var run = Of("Experts<string>(4), SoftmaxGate");

        run.AssertReportsBesideCompilerErrors();
        Assert.Contains("CS0311", run.CompilerFindings.Select(finding => finding.Id));
    }

    [Theory]
    [InlineData("file sealed class OwnGateAttribute : GateAttribute<OwnRouter>;", "public")]
    [InlineData("file sealed class OwnGateAttribute : GateAttribute<OwnRouter>;", "file")]
    public void A_type_that_is_local_to_its_file_is_MOE065(string gate, string router) =>
        Of(
            "Experts<SwiGlu>(4), OwnGate",
            $$"""
            {{gate}}
            {{router}} sealed class OwnRouter() : TorchSharp.torch.nn.Module("own"), IRouter<OwnRouter, GateAttribute>
            {
                public static OwnRouter Create(RouterPlace place, GateAttribute options) => new();
                public RouterScores Route(TorchSharp.torch.Tensor x_TD) => new(x_TD, x_TD);
            }
            """).AssertReports(("MOE065", "OwnGate"));

    [Theory]
    [InlineData("TextGate(TopK = \"2\")", "TopK = \"2\"", "public new string TopK { get; set; } = \"\";")]
    [InlineData("TextGate(\"2\")", "\"2\"", "public TextGateAttribute(string topK) { _ = topK; }")]
    public void An_option_that_hides_an_inherited_one_of_another_type_is_MOE066(string gate, string at, string member) =>
        Of(
            $"Experts<SwiGlu>(4), {gate}",
            $$"""
            public sealed class TextGateAttribute : GateAttribute<TextRouter> { {{member}} }
            public sealed class TextRouter() : TorchSharp.torch.nn.Module("text"), IRouter<TextRouter, TextGateAttribute>
            {
                public static TextRouter Create(RouterPlace place, TextGateAttribute options) => new();
                public RouterScores Route(TorchSharp.torch.Tensor x_TD) => new(x_TD, x_TD);
            }
            """).AssertReports(("MOE066", at));

    private static GeneratorRun Of(string attributes, string more = "") => GeneratorRun.Of(
        TestSource.Layer(attributes).Replace("namespace Demo;", "using Mine;\nnamespace Demo;", StringComparison.Ordinal) + more,
        CustomSource.Parts);
}
