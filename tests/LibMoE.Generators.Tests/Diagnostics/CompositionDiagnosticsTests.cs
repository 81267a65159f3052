using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class CompositionDiagnosticsTests
{
    [Fact]
    public void No_gate_is_MOE010_on_the_class_name() => Of("Experts<SwiGlu>(4)").AssertReports(("MOE010", "Smoe"));

    [Fact]
    public void A_second_gate_is_MOE011() =>
        Of("Experts<SwiGlu>(4), SoftmaxGate, SigmoidGate(TopK = 1)").AssertReports(("MOE011", "SigmoidGate(TopK = 1)"));

    [Fact]
    public void No_routed_experts_is_MOE012() => Of("SharedExperts<SwiGlu>(1), SoftmaxGate").AssertReports(("MOE012", "Smoe"));

    [Fact]
    public void A_bare_MoeLayer_lacks_both_experts_and_gate() =>
        GeneratorRun.Of(TestSource.Of("[MoeLayer] public partial class Smoe;")).AssertReports(("MOE010", "Smoe"), ("MOE012", "Smoe"));

    [Fact]
    public void Zero_compute_experts_alone_are_MOE013() =>
        Of("Experts<Zero>(1), Experts<Copy>(1), SoftmaxGate").AssertReports(("MOE013", "Experts<Zero>(1)"));

    [Theory]
    [InlineData("SharedExperts<SwiGlu>(1), SharedExperts<Relu>(1)")]
    [InlineData("Capacity(1), Capacity(2)")]
    public void A_part_that_CSharp_itself_allows_once_is_left_to_the_compiler(string parts)
    {
        var run = Of($"Experts<SwiGlu>(4), SoftmaxGate, {parts}");

        run.AssertReportsBesideCompilerErrors();
        Assert.Equal(["CS0579"], run.CompilerFindings.Select(finding => finding.Id));
    }

    [Fact]
    public void A_second_BiasBalance_is_MOE014() =>
        Of("Experts<SwiGlu>(4), SoftmaxGate, BiasBalance(0.001), BiasBalance(0.01)").AssertReports(("MOE014", "BiasBalance(0.01)"));

    [Fact]
    public void Other_terms_may_repeat() =>
        Of("Experts<SwiGlu>(4), SoftmaxGate, EntropyBalance(0.1), EntropyBalance(0.1, Over = Over.Batch), SwitchBalance(1), "
            + "SwitchBalance(2)")
            .AssertReportsNothing();

    [Fact]
    public void An_attribute_that_CSharp_refuses_hides_no_second_error_behind_it()
    {
        var run = Of("Experts<SwiGlu>(4), SoftmaxGat");

        run.AssertReportsBesideCompilerErrors();
        Assert.Equal(["CS0246", "CS0246"], run.CompilerFindings.Select(finding => finding.Id));
        Assert.Contains("an attribute that C# refuses", run.File("Demo.Smoe"), StringComparison.Ordinal);
    }

    private static GeneratorRun Of(string attributes) => GeneratorRun.Of(TestSource.Layer(attributes));
}
