using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Tests.Models;

public class InitialParametersTests
{
    private static readonly ModelConfig Small = new() { Dim = 32, Layers = 2, Heads = 2, Hidden = 48 };

    [Fact]
    public void Variants_of_one_seed_share_their_backbone_bit_for_bit()
    {
        using var four = LanguageModel.Create(Small, HandWrittenMoe.Variant("Four", experts: 4), seed: 3);
        using var eight = LanguageModel.Create(Small, HandWrittenMoe.Variant("Eight", experts: 8, topK: 1), seed: 3);
        using var dense = LanguageModel.Create(Small with { Hidden = 96 }, seed: 3);

        var backbone = four.state_dict().Where(entry => !entry.Key.Contains(".ffn.", StringComparison.Ordinal)).ToList();

        Assert.Equal(3 + 2 * 6, backbone.Count);
        foreach (var (name, values) in backbone)
        {
            Assert.Equal(LanguageModelTests.Values(values), LanguageModelTests.Values(eight.state_dict()[name]));
            Assert.Equal(LanguageModelTests.Values(values), LanguageModelTests.Values(dense.state_dict()[name]));
        }
    }

    [Fact]
    public void Another_seed_gives_other_parameters_and_so_does_another_name()
    {
        using var model = LanguageModel.Create(Small, seed: 3);
        using var other = LanguageModel.Create(Small, seed: 4);

        var query = LanguageModelTests.Values(model.state_dict()["blocks.0.attention.query.weight"]);

        Assert.NotEqual(query, LanguageModelTests.Values(other.state_dict()["blocks.0.attention.query.weight"]));
        Assert.NotEqual(query, LanguageModelTests.Values(model.state_dict()["blocks.1.attention.query.weight"]));
        Assert.NotEqual(query, LanguageModelTests.Values(model.state_dict()["blocks.0.attention.key.weight"]));
    }

    [Theory]
    [InlineData("embedding.weight", 0.5)]
    [InlineData("blocks.1.attention.key.weight", 0.1)]
    [InlineData("blocks.1.attention.output.weight", 0.05)]
    [InlineData("blocks.0.ffn.gate_up", 0.02)]
    [InlineData("blocks.0.ffn.down", 0.01)]
    [InlineData("head.weight", 0.3)]
    public void Matrices_start_at_the_configured_deviation(string name, double expected)
    {
        using var model = LanguageModel.Create(Small with { EmbeddingStd = 0.5, MatrixStd = 0.1, HeadStd = 0.3 });

        var values = LanguageModelTests.Values(model.state_dict()[name]);

        // The sample deviation of n normal numbers is within 4 of its standard errors, σ/√(2n), of σ.
        Assert.Equal(expected, Math.Sqrt(values.Average(value => value * value)), 4 * expected / Math.Sqrt(2 * values.Length));
    }

    [Fact]
    public void Without_a_deviation_matrices_start_at_one_over_the_root_of_their_inputs()
    {
        var table = BackboneParameters.Of(Small with { MatrixStd = null }, mixture: false).ToDictionary(spec => spec.Name);

        Assert.Equal(1 / Math.Sqrt(32), table["blocks.0.attention.query.weight"].Std, 1e-15);
        Assert.Equal(1 / Math.Sqrt(32) / 2, table["blocks.0.attention.output.weight"].Std, 1e-15);
    }

    [Fact]
    public void A_dense_ffn_starts_as_an_expert_does()
    {
        var dense = BackboneParameters.Of(Small with { MatrixStd = 0.1 }, mixture: false).ToDictionary(spec => spec.Name);
        var shape = new MoeShape(Small.Dim, Small.Hidden, Layers: Small.Layers);
        var expert = HandWrittenMoe.Declare("Hand", experts: 4, topK: 2).Parameters(shape).ToDictionary(spec => spec.Name);

        Assert.Equal(expert["experts.gate_up"].Std, dense["blocks.0.ffn.gate_up"].Std);
        Assert.Equal(expert["experts.down"].Std, dense["blocks.0.ffn.down"].Std);
    }
}
