using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Layers;
using LibMoE.Runtime.Tests.Models.Upcycling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>What is written is what the architecture computes elsewhere, and comes back bit for bit.</summary>
public sealed class HuggingFaceExportTests : IDisposable
{
    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 16,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        Hidden = 10,
        Context = 20,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.4,
        RotaryBase = 300,
    };

    private static readonly RotaryScaling Llama3 =
        new() { Kind = RotaryScalingKind.Llama3, Factor = 32, LowFrequency = 1.5, HighFrequency = 5, FirstContext = 120 };

    private static readonly RotaryScaling Yarn = new()
    {
        Kind = RotaryScalingKind.Yarn,
        Factor = 4,
        FirstContext = 60,
        ExactChannels = true,
        SlowTurns = 0.5
    };

    private readonly DataFolder _folder = new();

    public static TheoryData<string, string?, ModelConfig> Counterparts => new()
    {
        { "mixtral", nameof(TinyMixtral), Small },
        { "mixtral", nameof(TinyQwen3Moe), Small with { TieEmbeddings = true, HeadDim = 6 } },
        { "qwen3_moe", nameof(TinyQwen3Moe), Small with { QueryKeyNorm = true, MoeBlocks = [0, 2], HeadDim = 8 } },
        { "olmoe", nameof(TinyOlmoe), Small with { QueryKeyNorm = true, QueryKeyNormAcrossHeads = true } },
        { "qwen2_moe", nameof(TinyQwen2Moe), Small with { AttentionBias = true } },
        { "deepseek", nameof(TinyDeepSeekMoe), Small with { MoeBlocks = [1, 2] } },
        { "llama", null, Small },
        { "llama", null, Small with { HeadDim = 8, RotaryScaling = Llama3 } },
        { "llama", null, Small with { HeadDim = 8, RotaryScaling = Yarn } },
        { "mixtral", nameof(TinyMixtral), Small with { HeadDim = 8, RotaryScaling = Yarn with { AttentionFactor = 1, FastTurns = 8 } } },
        { "mixtral", nameof(TinyMixtral), Small with { HeadDim = 8, RotaryScaling = Llama3 } },
        { "deepseek", nameof(TinyDeepSeekMoe), Small with
        {
            MoeBlocks = [1, 2], RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 2.5 }
        } },
        { "qwen2", null, Small with { AttentionBias = true } },
        { "qwen3", null, Small with { QueryKeyNorm = true } },
        { "phi3", null, Small with { RotaryFraction = 0.5 } },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Counterparts))]
    public void An_exported_model_computes_in_its_architecture_what_it_computes_here(string type, string? variant, ModelConfig config)
    {
        using var model = Model(config, variant);

        Assert.Equal(type, HuggingFaceExport.Save(model, _folder.Path));

        HuggingFaceImportTests.SameLogits(_folder.Path, model, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Counterparts))]
    public void An_exported_model_comes_back_bit_for_bit(string type, string? variant, ModelConfig config)
    {
        using var model = Model(config, variant);
        HuggingFaceExport.Save(model, _folder.Path, new ExportOptions { Architecture = type, ShardBytes = 3000 });

        using var loaded = ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All);

        Assert.Equal(model.Variant?.Declaration.Structure is null, loaded.Variant is null);
        Assert.Equal(Forward(config), Forward(loaded.Model.Config));
        HuggingFaceImportTests.BitIdentical(model, loaded.Model);
    }

    [Theory]
    [InlineData("mixtral", nameof(TinyMixtral))]
    [InlineData("qwen3_moe", nameof(TinyQwen3Moe))]
    public void Fused_experts_come_back_bit_for_bit_and_compute_the_same(string type, string variant)
    {
        using var model = Model(Small with { QueryKeyNorm = type == "qwen3_moe" }, variant);
        HuggingFaceExport.Save(model, _folder.Path, new ExportOptions { Experts = ExpertStorage.Fused });

        using var loaded = ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All);

        HuggingFaceImportTests.BitIdentical(model, loaded.Model);
        HuggingFaceImportTests.SameLogits(_folder.Path, model, 1e-5);
    }

    [Fact]
    public void Channels_that_turn_side_by_side_are_moved_half_a_head_apart()
    {
        using var model = Model(
            Small with { RotaryLayout = RotaryLayout.Interleaved, QueryKeyNorm = true, HeadDim = 8 }, nameof(TinyMixtral));
        HuggingFaceExport.Save(model, _folder.Path);

        using var loaded = ModelLoader.Load(_folder.Path, LibMoERuntimeTestsVariants.All);

        HuggingFaceImportTests.SameLogits(_folder.Path, model, 1e-5);
        HuggingFaceImportTests.SameLogits(_folder.Path, loaded.Model, 1e-5);
        Assert.Equal(RotaryLayout.Half, loaded.Model.Config.RotaryLayout);
    }

    [Theory]
    [InlineData(nameof(EightSigmoid), "no counterpart in mixtral for the gate SigmoidGate;")]
    [InlineData(nameof(WithSharedHalves),
        "no counterpart in mixtral for a Scale of the gate, a Scale of the shared experts, shared experts;")]
    [InlineData(nameof(ReluExperts), "no counterpart in mixtral for experts of kind Relu")]
    [InlineData(nameof(DroppingLayer), "capacity")]
    [InlineData(nameof(LossFreeLayer), "BiasBalance, which adds a buffer to the router")]
    [InlineData(nameof(ZeroComputeLayer), "several expert groups")]
    public void A_part_without_a_counterpart_is_named(string variant, string message)
    {
        using var model = Model(Small, variant);

        var error = Assert.Throws<ConfigurationException>(() => HuggingFaceExport.Save(model, _folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Backbones_without_a_counterpart_and_other_architectures_are_named()
    {
        using var layer = Model(Small with { Norm = NormKind.Layer, HeadBias = true }, null);
        using var odd = Model(Small with { HeadDim = 5 }, null);
        using var mixture = Model(Small, nameof(TinyOlmoe));
        using var scaled = Model(Small with { RotaryScaling = Llama3 }, null);

        Assert.Contains(
            "no counterpart in llama for layer normalisation, a bias of the head;",
            Assert.Throws<ConfigurationException>(() => HuggingFaceExport.Save(layer, _folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no counterpart in phi3 for scaled rotary frequencies of this kind",
            Assert.Throws<ConfigurationException>(
                () => HuggingFaceExport.Save(scaled, _folder.Path, new ExportOptions { Architecture = "phi3" })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no counterpart in llama for heads of odd width",
            Assert.Throws<ConfigurationException>(() => HuggingFaceExport.Save(odd, _folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no counterpart in mixtral for weights that are not normalised",
            Assert.Throws<ConfigurationException>(
                () => HuggingFaceExport.Save(mixture, _folder.Path, new ExportOptions { Architecture = "mixtral" })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "must be one of llama, mistral,",
            Assert.Throws<ConfigurationException>(
                () => HuggingFaceExport.Save(mixture, _folder.Path, new ExportOptions { Architecture = "bert" })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_a_model_is_not_written_over()
    {
        using var model = Model(Small, null);
        HuggingFaceExport.Save(model, _folder.Path);

        Assert.Contains("holds a model already", Assert.Throws<StorageException>(() => HuggingFaceExport.Save(model, _folder.Path)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>What of a configuration decides the forward pass beside the tensors' shapes.</summary>
    private static object Forward(ModelConfig config) =>
        (config.NormEpsilon, config.RotaryBase, config.RotaryChannels, config.RotaryScaling, config.RotaryLayout, config.HeadWidth,
            config.Context, config.Activation, config.TieEmbeddings);

    private static LanguageModel Model(ModelConfig config, string? variant)
    {
        var model = LanguageModel.Create(config, variant is null ? null : HuggingFaceImportTests.MoeVariant(variant), seed: 3);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        foreach (var (name, parameter) in model.named_parameters())
        {
            // FFNs and routers that start small would hide which expert did what.
            parameter.mul_(name.Contains(".ffn.", StringComparison.Ordinal) ? 15 : 1)
                .add_(randn(parameter.shape, generator: generator), alpha: 0.05);
        }

        model.eval();
        return model;
    }
}
