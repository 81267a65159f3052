using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class ExpertDiagnosticsTests
{
    [Theory]
    [InlineData("SharedExperts<Zero>(1)")]
    [InlineData("SharedExperts<Constant>(2)")]
    public void Shared_zero_compute_experts_are_MOE040(string shared) =>
        Of($"Experts<SwiGlu>(4), SoftmaxGate, {shared}", ("MOE040", shared));

    [Fact]
    public void A_bias_on_zero_compute_experts_is_MOE041() =>
        Of("Experts<SwiGlu>(4), Experts<Copy>(1, Bias = true), SoftmaxGate", ("MOE041", "Bias = true"));

    [Fact]
    public void A_hidden_width_on_zero_compute_experts_is_MOE042() =>
        Of("Experts<SwiGlu>(4), Experts<Constant>(1, Hidden = 8), SoftmaxGate", ("MOE042", "Hidden = 8"));

    [Theory]
    [InlineData("SoftSlotsGate(1)")]
    [InlineData("TernaryGate")]
    public void Zero_compute_experts_under_a_gate_that_works_on_FFNs_are_MOE043(string gate) =>
        Of($"Experts<SwiGlu>(4), Experts<Zero>(1), {gate}", ("MOE043", "Experts<Zero>(1)"));

    [Theory]
    [InlineData("SoftmaxGate")]
    [InlineData("ReluGate(0.5)")]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("HashGate")]
    [InlineData("ResidualGate")]
    public void Other_gates_take_every_kind_in_one_layer(string gate) =>
        Of("Experts<Zero>(1), Experts<SwiGlu>(4, Hidden = 8), Experts<Copy>(1), Experts<Relu>(2, Bias = true), "
            + $"Experts<Constant>(1), {gate}");

    private static void Of(string attributes, params (string Id, string At)[] expected) =>
        GeneratorRun.Of(TestSource.Layer(attributes)).MustReport(expected);
}
