using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Diagnostics;

public class ValueDiagnosticsTests
{
    [Theory]
    [InlineData("Experts<SwiGlu>(0), SoftmaxGate", "0", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(70000), SoftmaxGate", "70000", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(count: -3), SoftmaxGate", "count: -3", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(4, Hidden = -1), SoftmaxGate", "Hidden = -1", "from 0 to 1048576")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SharedExperts<SwiGlu>(0)", "0", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SharedExperts<SwiGlu>(1, Scale = 0)", "Scale = 0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(TopK = 0)", "TopK = 0", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(4), HashGate(TopK = -1)", "TopK = -1", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(Groups = -2)", "Groups = -2", "from 0 to 65536")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(Jitter = 1)", "Jitter = 1", "at least 0 and below 1")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(InitStd = -0.1)", "InitStd = -0.1", "at least 0")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(Scale = -1)", "Scale = -1", "above 0")]
    [InlineData("Experts<SwiGlu>(4), CosineGate(InitStd = 0)", "InitStd = 0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), CosineGate(Temperature = 0)", "Temperature = 0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), PerturbedCosineGate(Noise = 0)", "Noise = 0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), XMoeGate(0)", "0", "from 1 to 65536")]
    [InlineData("Experts<SwiGlu>(4), HyperGate(3)", "3", "from 4 to 65536")]
    [InlineData("Experts<SwiGlu>(4), ReluGate(1)", "1", "above 0 and below 1")]
    [InlineData("Experts<SwiGlu>(4), TernaryGate(Reward = -1)", "Reward = -1", "at least 0")]
    [InlineData("Experts<SwiGlu>(4), ExpertChoiceGate(0)", "0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), SoftSlotsGate(perExpert: 0)", "perExpert: 0", "from 1 to 4096")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SwitchBalance(-0.01)", "-0.01", "at least 0")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, BiasBalance(rate: -1)", "rate: -1", "at least 0")]
    [InlineData("Experts<SwiGlu>(4), SigmoidGate, BiasBalance(1, FreezeAfter = 16777217)", "FreezeAfter = 16777217", "from 0 to 16777216")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, Capacity(0)", "0", "above 0")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, ExpertDropout(1)", "1", "at least 0 and below 1")]
    public void A_value_outside_its_range_is_MOE020_on_the_argument(string attributes, string at, string range)
    {
        var run = GeneratorRun.Of(TestSource.Layer(attributes)).AssertReports(("MOE020", at));

        Assert.EndsWith($"; it must be {range}", run.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_names_option_part_layer_and_value() =>
        Assert.Equal(
            "Temperature of CosineGate on 'Smoe' is -0.5; it must be above 0",
            GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), CosineGate(Temperature = -0.5)")).Message());

    [Theory]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(Scale = double.PositiveInfinity)", "Scale = double.PositiveInfinity")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SwitchBalance(double.NaN)", "double.NaN")]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate(Jitter = double.NegativeInfinity)", "Jitter = double.NegativeInfinity")]
    public void A_number_that_is_not_finite_is_MOE021(string attributes, string at) => AssertReports(attributes, ("MOE021", at));

    [Fact]
    public void A_number_that_is_no_member_of_the_enum_is_MOE022() =>
        AssertReports("Experts<SwiGlu>(4), SoftmaxGate, EntropyBalance(0.1, Over = (Over)7)", ("MOE022", "Over = (Over)7"));

    [Theory]
    [InlineData("HyperGate(6)", "6")]
    [InlineData("HyperGate(embedding: 127)", "embedding: 127")]
    public void An_embedding_that_four_does_not_divide_is_MOE023(string gate, string at) =>
        AssertReports($"Experts<SwiGlu>(4), {gate}", ("MOE023", at));

    [Theory]
    [InlineData("Experts<SwiGlu>(4), SoftmaxGate, SharedExperts<SwiGlu>(1, Scale = 0.5, Gated = true)", "Scale = 0.5")]
    [InlineData("Experts<SwiGlu>(4), HyperGate(8, RouterBias = true)", "RouterBias = true")]
    [InlineData("Experts<SwiGlu>(4), SigmoidGate, BiasBalance(1, Update = BiasUpdate.Quantile, Centered = true)", "Centered = true")]
    public void An_option_without_effect_is_MOE024(string attributes, string at) => AssertReports(attributes, ("MOE024", at));

    [Fact]
    public void Every_wrong_value_is_reported_at_once() =>
        AssertReports(
            "Experts<SwiGlu>(0, Hidden = -1), SoftmaxGate(TopK = 0), SwitchBalance(-1)",
            ("MOE020", "0"),
            ("MOE020", "Hidden = -1"),
            ("MOE020", "TopK = 0"),
            ("MOE020", "-1"));

    private static void AssertReports(string attributes, params (string Id, string At)[] expected) =>
        GeneratorRun.Of(TestSource.Layer(attributes)).AssertReports(expected);
}
