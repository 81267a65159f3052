namespace LibMoE.Runtime.Tests.Models;

public class ModelConfigTests
{
    [Fact]
    public void The_default_and_the_presets_have_no_problems()
    {
        Assert.Empty(new ModelConfig().Problems());
        Assert.Empty(ModelPresets.LibMoE154M.Problems());
        Assert.Empty(ModelPresets.LibMoE679M.Problems());
    }

    public static TheoryData<ModelConfig, string> Wrong => new()
    {
        { new() { Dim = 0 }, "Model:Dim is 0; it must be at least 1." },
        { new() { Layers = -1 }, "Model:Layers is -1; it must be at least 1." },
        { new() { KeyValueHeads = 0 }, "Model:KeyValueHeads is 0; it must be at least 1." },
        { new()
        {
            Dim = 65
        }, "Model:Dim is 65, which 4 heads cannot share equally; choose a multiple of Model:Heads or set Model:HeadDim." },
        { new() { KeyValueHeads = 3 }, "Model:KeyValueHeads is 3; it must divide Model:Heads, which is 4." },
        { new() { RotaryFraction = 1.5 }, "Model:RotaryFraction is 1.5; it must be from 0 to 1." },
        { new() { RotaryBase = 1 }, "Model:RotaryBase is 1; it must be above 1." },
        { new() { RotaryScaling = new() { Factor = 0.5 } }, "Model:RotaryScaling:Factor is 0.5; it must be at least 1." },
        { new()
        {
            RotaryScaling = new() { Kind = RotaryScalingKind.Llama3, FirstContext = 0 }
        }, "Model:RotaryScaling:FirstContext is 0; it must be at least 1." },
        {
            new() { RotaryScaling = new() { Kind = RotaryScalingKind.Llama3, LowFrequency = 4 } },
            "Model:RotaryScaling:LowFrequency is 4 and HighFrequency 4; the first must be above 0 and the second above the first."
        },
        { new()
        {
            RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, SlowTurns = 40 }
        }, "Model:RotaryScaling:SlowTurns is 40 and FastTurns 32; the first must be above 0 and the second above the first." },
        { new()
        {
            RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, AttentionFactor = 0 }
        }, "Model:RotaryScaling:AttentionFactor is 0; it must be above 0." },
        { new() { AttentionScale = -1 }, "Model:AttentionScale is -1; it must be above 0." },
        { new() { NormEpsilon = 0 }, "Model:NormEpsilon is 0; it must be above 0." },
        { new() { MatrixStd = 0 }, "Model:EmbeddingStd, Model:HeadStd and Model:MatrixStd must be above 0." },
        { new() { TieEmbeddings = true, HeadBias = true }, "Model:HeadBias needs an untied head; unset it or Model:TieEmbeddings." },
        { new() { Window = 0 }, "Model:Window is 0; it must be at least 1." },
        { new() { WindowBlocks = [0] }, "Model:WindowBlocks needs Model:Window; set both or neither." },
        { new() { Window = 3, WindowBlocks = [2] }, "Model:WindowBlocks names block 2; blocks go from 0 to 1." },
        { new() { ResidualScale = 0 }, "Model:ResidualScale is 0; it must be above 0." },
        {
            new() { QueryKeyNormAfterRotary = true },
            "Model:QueryKeyNormAfterRotary needs Model:QueryKeyNorm; set both or neither."
        },
        { new()
        {
            QueryKeyNorm = true, QueryKeyNormAcrossHeads = true, QueryKeyNormAfterRotary = true
        }, "Model:QueryKeyNormAcrossHeads normalises before the rotary embedding; unset it or Model:QueryKeyNormAfterRotary." },
        { new() { MoeBlocks = [0, 2] }, "Model:MoeBlocks names block 2; blocks go from 0 to 1." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_what_is_allowed(ModelConfig config, string problem)
    {
        Assert.Equal([problem], config.Problems());
        Assert.Equal(problem, Assert.Throws<ConfigurationException>(() => LanguageModel.Create(config)).Message);
    }

    public static TheoryData<LatentAttention, string> WrongLatents => new()
    {
        { new() { KeyValueRank = 0 }, "Model:LatentAttention:KeyValueRank is 0; it must be at least 1." },
        { new() { QueryRank = 0 }, "Model:LatentAttention:QueryRank is 0; it must be at least 1." },
        { new() { ValueChannels = -1 }, "Model:LatentAttention:ValueChannels is -1; it must be at least 1." },
        { new() { RotaryChannels = 5 }, "Model:LatentAttention:RotaryChannels is 5; it must be even and at least 2." },
        { new() { NormEpsilon = 0 }, "Model:LatentAttention:NormEpsilon is 0; it must be above 0." },
    };

    [Theory]
    [MemberData(nameof(WrongLatents))]
    public void A_wrong_width_of_latent_attention_is_named(LatentAttention latent, string problem) =>
        Assert.Equal([problem], new ModelConfig { LatentAttention = latent }.Problems());

    [Fact]
    public void What_latent_attention_has_widths_of_its_own_for_is_refused_beside_it()
    {
        var model = new ModelConfig { Dim = 65, LatentAttention = new(), KeyValueHeads = 2, HeadDim = 8, AttentionBias = true };

        Assert.Equal(
            ["KeyValueHeads", "HeadDim", "AttentionBias"], model.Problems().Select(problem => problem.Split(' ')[0]["Model:".Length..]));
        Assert.All(model.Problems(), problem => Assert.Contains("has no meaning with Model:LatentAttention", problem,
            StringComparison.Ordinal));
        Assert.Empty((model with { KeyValueHeads = null, HeadDim = null, AttentionBias = false }).Problems());
    }

    /// <summary>So that the hashes of cells planned before there was scaling hold.</summary>
    [Theory]
    [InlineData("otaryScaling")]
    [InlineData("atentAttention")]
    public void What_is_not_there_is_not_written(string name) =>
        Assert.DoesNotContain(name, System.Text.Json.JsonSerializer.Serialize(new ModelConfig()), StringComparison.Ordinal);

    [Fact]
    public void Scaling_is_written_with_what_it_always_had_alone() => Assert.Equal(
        """{"Kind":1,"Factor":8,"LowFrequency":1,"HighFrequency":4,"FirstContext":8192}""",
        System.Text.Json.JsonSerializer.Serialize(new RotaryScaling { Kind = RotaryScalingKind.Llama3 }));

    [Fact]
    public void All_problems_are_listed_together()
    {
        var problems = new ModelConfig { Dim = 65, KeyValueHeads = 3, RotaryFraction = -1 }.Problems();

        Assert.Equal(3, problems.Count);
    }
}
