using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Tests.Models;

public class ModelCostTests
{
    private static readonly ModelConfig Small = new() { Vocabulary = 50, Dim = 16, Layers = 3, Heads = 4, Hidden = 24, Context = 8 };

    private static readonly LatentAttention Latent = new() { KeyValueRank = 9, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 };

    public static TheoryData<string, ModelConfig> Backbones => new()
    {
        { "Llama", Small },
        { "tied", Small with { TieEmbeddings = true } },
        { "grouped queries with biases", Small with { KeyValueHeads = 2, AttentionBias = true, HeadBias = true } },
        { "query and key norms", Small with { QueryKeyNorm = true, HeadDim = 10 } },
        { "layer norm", Small with { Norm = NormKind.Layer, NormBias = true, FeedForwardBias = true, Activation = Activation.Gelu } },
        { "one MoE block", Small with { MoeBlocks = [1] } },
        { "latent attention", Small with { LatentAttention = Latent } },
        { "latent queries", Small with { Heads = 3, LatentAttention = Latent with { QueryRank = 7 } } },
        {
            "gpt-oss",
            Small with { AttentionSinks = true, AttentionBias = true, AttentionOutputBias = true, Window = 3, WindowBlocks = [0] }
        },
        { "norms before and after", Small with { NormPlacement = NormPlacement.Both, NormUnitOffset = true } },
        { "norms after", Small with { NormPlacement = NormPlacement.After } },
    };

    /// <summary>With a window of 3 in a context of 8 tokens see 1, 2, 3, 3, …: 21/8 on average, instead of 36/8.</summary>
    [Fact]
    public void A_window_costs_what_its_tokens_see()
    {
        long Flops(int? window, params int[] blocks) =>
            ModelCost.FlopsPerToken(Small with { Window = window, WindowBlocks = window is null ? null : blocks }, null);

        Assert.Equal(4 * 16 * (36 - 21) / 8, Flops(null) - Flops(3, 1));
        Assert.Equal(3 * (Flops(null) - Flops(3, 1)), Flops(null) - Flops(3, 0, 1, 2));
        Assert.Equal(Flops(null), Flops(8, 0, 1, 2));
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void The_formula_counts_what_a_built_model_has(string name, ModelConfig config)
    {
        var variant = HandWrittenMoe.Variant(experts: 5, topK: 2);
        using var dense = LanguageModel.Create(config);
        using var mixture = LanguageModel.Create(config, variant);

        Assert.True(Count(dense) == ModelCost.TotalParameters(config, null), name);
        Assert.True(Count(mixture) == ModelCost.TotalParameters(config, variant.Declaration), name);
        Assert.Equal(ModelCost.TotalParameters(config, null), ModelCost.ActiveParameters(config, null));
        var blocks = config.MoeBlocks?.Count ?? config.Layers;
        var unused = blocks * (5 - 2) * 3 * 16 * 24;
        Assert.Equal(
            ModelCost.TotalParameters(config, variant.Declaration) - unused, ModelCost.ActiveParameters(config, variant.Declaration));
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void The_table_has_the_names_and_shapes_of_a_built_model(string name, ModelConfig config)
    {
        using var model = LanguageModel.Create(config);

        var table = BackboneParameters.Of(config, mixture: false).Select(spec => $"{spec.Name} [{string.Join(", ", spec.Shape)}]");

        var state = model.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]");
        Assert.True(table.Order().SequenceEqual(state.Order()), name);
    }

    [Theory]
    [InlineData(128, 157_934_400, 36_299_584, 35_783_488)]
    [InlineData(256, 678_287_168, 130_930_496, 129_769_280)]
    public void LibMoEs_published_models_are_matched_exactly(int hidden, long total, long active, long dense)
    {
        var config = hidden == 128 ? ModelPresets.LibMoE154M : ModelPresets.LibMoE679M;
        var declaration = ReluMixture(experts: 66, topK: 8);

        Assert.Equal(hidden, config.Hidden);
        Assert.Equal(total, ModelCost.TotalParameters(config, declaration));
        Assert.Equal(active, ModelCost.ActiveParameters(config, declaration));
        Assert.Equal(dense, ModelCost.TotalParameters(config with { Hidden = 2 * config.Dim, FeedForwardBias = true }, null));
    }

    [Fact]
    public void LibMoEs_half_rotary_heads_round_down_to_an_even_number_of_channels()
    {
        Assert.Equal(40, ModelPresets.LibMoE154M.RotaryChannels);
        Assert.Equal(64, ModelPresets.LibMoE679M.RotaryChannels);
    }

    [Theory]
    [InlineData(64, 64, 2)]
    [InlineData(64, 128, 1)]
    [InlineData(256, 64, 8)]
    [InlineData(48, 40, 3)]
    public void The_dense_equivalent_has_equal_active_parameters_to_half_a_rounding_step(int dim, int hidden, int topK)
    {
        var config = new ModelConfig { Dim = dim, Hidden = 200 };
        var declaration = HandWrittenMoe.Declare("Wide", experts: 16, topK, hidden);

        var dense = ModelCost.DenseEquivalent(config, declaration);

        var perUnit = config.Layers * 3 * dim;
        var difference = ModelCost.ActiveParameters(dense, null) - ModelCost.ActiveParameters(config, declaration);
        Assert.True(Math.Abs(difference) <= 4 * perUnit, $"Off by {difference} parameters.");
        Assert.Equal(0, dense.Hidden % 8);
        Assert.Equal(config, dense with { Hidden = 200 });
    }

    [Fact]
    public void Flops_are_two_per_multiply_add()
    {
        var config = new ModelConfig { Vocabulary = 50, Dim = 16, Layers = 1, Heads = 4, Hidden = 24, Context = 7 };
        var matrices = 4 * 16 * 16 + 3 * 16 * 24 + 50 * 16;

        // A token at position p sees p + 1 tokens, (7 + 1)/2 = 4 on average, in two products over 16 channels.
        Assert.Equal(2 * matrices + 2 * 2 * 16 * 4, ModelCost.FlopsPerToken(config, null));
        Assert.Equal(ModelCost.FlopsPerToken(config, null), ModelCost.FlopsPerToken(config with { TieEmbeddings = true }, null));
        var routed = ModelCost.FlopsPerToken(config, HandWrittenMoe.Declare("Four", experts: 4, topK: 2));
        Assert.Equal(2 * (matrices + 3 * 16 * 24 + 4 * 16) + 2 * 2 * 16 * 4, routed);
    }

    private static long Count(LanguageModel model) => model.parameters().Sum(parameter => parameter.numel());

    private static MoeDeclaration ReluMixture(int experts, int topK) => new()
    {
        Name = "LibMoE",
        Experts = [new ExpertsAttribute<Relu>(experts)],
        Gate = new SoftmaxGateAttribute { TopK = topK },
        PicksPerToken = topK,
        Formulas = [],
        StructureText = "",
        CoefficientsText = "",
        Parameters = shape =>
        [
            new ParameterSpec("router.weight", [experts, shape.Dim], 0.02) { Router = true },
            new ParameterSpec("experts.up", [experts, shape.Dim, shape.Hidden], 0.02),
            new ParameterSpec("experts.down", [experts, shape.Hidden, shape.Dim], 0.02),
        ],
    };
}
