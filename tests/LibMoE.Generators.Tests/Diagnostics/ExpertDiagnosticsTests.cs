using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class ExpertDiagnosticsTests
{
    [Theory]
    [InlineData("SharedExperts<Zero>(1)")]
    [InlineData("SharedExperts<Constant>(2)")]
    public void Shared_zero_compute_experts_are_MOE040(string shared) =>
        AssertReports($"Experts<SwiGlu>(4), SoftmaxGate, {shared}", ("MOE040", shared));

    [Fact]
    public void A_bias_on_zero_compute_experts_is_MOE041() =>
        AssertReports("Experts<SwiGlu>(4), Experts<Copy>(1, Bias = true), SoftmaxGate", ("MOE041", "Bias = true"));

    [Fact]
    public void A_hidden_width_on_zero_compute_experts_is_MOE042() =>
        AssertReports("Experts<SwiGlu>(4), Experts<Constant>(1, Hidden = 8), SoftmaxGate", ("MOE042", "Hidden = 8"));

    [Theory]
    [InlineData("Experts<GeGlu>(4, Limit = 7)", "Limit = 7")]
    [InlineData("Experts<Relu>(4, Slope = 1.702)", "Slope = 1.702")]
    [InlineData("Experts<SiTu>(4, UpOffset = 1)", "UpOffset = 1")]
    [InlineData("Experts<SwiGlu>(4), SharedExperts<GeGluTanh>(1, Limit = 7, ClampAfterActivation = true)", "Limit = 7")]
    public void A_clamp_a_slope_or_an_offset_of_other_experts_is_MOE044(string experts, string at) =>
        AssertReports($"{experts}, SoftmaxGate", ("MOE044", at));

    [Theory]
    [InlineData("Experts<SwiGlu>(4, ClampAfterActivation = true)")]
    [InlineData("Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, Slope = 2, ClampAfterActivation = true)")]
    public void A_clamp_behind_the_activation_without_a_limit_is_MOE024(string experts) =>
        AssertReports($"{experts}, SoftmaxGate", ("MOE024", "ClampAfterActivation = true"));

    [Theory]
    [InlineData("Experts<SwiGlu>(4, Limit = -1)", "Limit = -1")]
    [InlineData("Experts<SwiGlu>(4, Slope = 0)", "Slope = 0")]
    [InlineData("Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1, Slope = -1)", "Slope = -1")]
    [InlineData("Experts<SwiGlu>(4), LatentExperts(0)", "0")]
    public void Numbers_of_experts_beyond_their_range_are_MOE020(string experts, string at) =>
        AssertReports($"{experts}, SoftmaxGate", ("MOE020", at));

    [Theory]
    [InlineData("Experts<Copy>(1)")]
    [InlineData("Experts<Constant>(2)")]
    public void An_expert_that_gives_the_token_back_beside_latent_ones_is_MOE045(string zero) =>
        AssertReports($"Experts<SwiGlu>(4), {zero}, LatentExperts(8), SoftmaxGate", ("MOE045", zero));

    [Fact]
    public void Latent_experts_under_soft_slots_are_MOE046() =>
        AssertReports("Experts<SwiGlu>(4), LatentExperts(8), SoftSlotsGate(1)", ("MOE046", "LatentExperts(8)"));

    [Theory]
    [InlineData("ReluGate(0.5)")]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("HashGate")]
    [InlineData("TernaryGate")]
    public void Other_gates_take_latent_experts(string gate)
    {
        var zero = gate == "TernaryGate" ? "" : "Experts<Zero>(1), ";
        AssertReports($"Experts<SwiGlu>(4, Limit = 7, Bias = true), {zero}LatentExperts(8, Norm = true), {gate}");
    }

    [Theory]
    [InlineData("SoftSlotsGate(1)")]
    [InlineData("TernaryGate")]
    public void Zero_compute_experts_under_a_gate_that_works_on_FFNs_are_MOE043(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), Experts<Zero>(1), {gate}", ("MOE043", "Experts<Zero>(1)"));

    [Theory]
    [InlineData("SoftmaxGate")]
    [InlineData("ReluGate(0.5)")]
    [InlineData("ExpertChoiceGate(2)")]
    [InlineData("HashGate")]
    [InlineData("ResidualGate")]
    public void Other_gates_take_every_kind_in_one_layer(string gate) =>
        AssertReports("Experts<Zero>(1), Experts<SwiGlu>(4, Hidden = 8), Experts<Copy>(1), Experts<Relu>(2, Bias = true), "
            + $"Experts<Constant>(1), {gate}");

    [Theory]
    [InlineData("SoftmaxGate")]
    [InlineData("SigmoidGate(Normalize = false)")]
    [InlineData("SoftSlotsGate(1)")]
    [InlineData("HashGate(Learned = true)")]
    public void Shared_experts_in_the_sum_of_a_gate_that_has_none_for_them_are_MOE047(string gate) =>
        AssertReports($"Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, InRouterSum = true), {gate}", ("MOE047", "InRouterSum = true"));

    [Theory]
    [InlineData("Gated = true, Mixed = true", "Gated = true")]
    [InlineData("Scale = 2, Mixed = true", "Scale = 2")]
    [InlineData("Scale = 2, InRouterSum = true", "Scale = 2")]
    [InlineData("Gated = true, InRouterSum = true", "Gated = true")]
    [InlineData("InRouterSum = true, Mixed = true", "InRouterSum = true")]
    public void Weights_of_shared_experts_that_others_replace_are_MOE024(string options, string at) =>
        AssertReports($"Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, {options}), SigmoidGate", ("MOE024", at));

    [Theory]
    [InlineData("InRouterSum = true")]
    [InlineData("Mixed = true")]
    public void Shared_experts_may_be_weighed_by_the_token(string option) =>
        AssertReports($"Experts<SwiGlu>(4), SharedExperts<SwiGlu>(2, {option}), SqrtSoftplusGate");

    private static void AssertReports(string attributes, params (string Id, string At)[] expected) =>
        GeneratorRun.Of(TestSource.Layer(attributes)).AssertReports(expected);
}
