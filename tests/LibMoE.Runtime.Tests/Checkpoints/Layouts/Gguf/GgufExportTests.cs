using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Layers;
using LibMoE.Runtime.Tests.Models;
using LibMoE.Runtime.Tests.Models.Upcycling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>What is written is what llama.cpp's code for the architecture computes from it, and comes back bit for bit.</summary>
public sealed class GgufExportTests : IDisposable
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12];

    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 256,
        Dim = 32,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Hidden = 10,
        Context = 20,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.4,
        RotaryBase = 300,
    };

    private static readonly LatentAttention Widths = new() { KeyValueRank = 7, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 };

    private static readonly ModelConfig Latent =
        Small with { KeyValueHeads = null, LatentAttention = Widths, RotaryLayout = RotaryLayout.Interleaved };

    private static readonly RotaryScaling Yarn = new() { Kind = RotaryScalingKind.Yarn, Factor = 4, FirstContext = 200 };

    internal static readonly ModelConfig GptOss = Small with
    {
        HeadDim = 8,
        AttentionBias = true,
        AttentionOutputBias = true,
        AttentionSinks = true,
        Window = 3,
        WindowBlocks = [0],
        RotaryScaling = Yarn,
    };

    private readonly DataFolder _folder = new();

    public static TheoryData<string, string?, ModelConfig> Counterparts => new()
    {
        { "llama", null, Small },
        { "llama", null, Small with { TieEmbeddings = true, HeadDim = 6, NormEpsilon = 1e-6 } },
        { "llama", null, Small with { RotaryLayout = RotaryLayout.Interleaved } },
        { "llama", null, Small with { RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 2.5 } } },
        { "llama", nameof(TinyMixtral), Small },
        { "qwen2", null, Small with { AttentionBias = true } },
        { "qwen3", null, Small with { QueryKeyNorm = true, HeadDim = 6 } },
        { "qwen3moe", nameof(TinyQwen3Moe), Small with { QueryKeyNorm = true, HeadDim = 8 } },
        { "qwen3moe", nameof(TinyQwen3Moe), Small with { QueryKeyNorm = true, RotaryLayout = RotaryLayout.Interleaved } },
        { "olmoe", nameof(TinyOlmoe), Small with { QueryKeyNorm = true, QueryKeyNormAcrossHeads = true } },
        { "deepseek2", nameof(TinyDeepSeekV2Lite), Latent },
        { "deepseek2", nameof(TinyDeepSeekV2Lite), Latent with { RotaryLayout = RotaryLayout.Half, MoeBlocks = [1] } },
        { "deepseek2", nameof(TinyDeepSeekV3), Latent with
        {
            MoeBlocks = [1], LatentAttention = Widths with { QueryRank = 9 },
            RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 4, FirstContext = 10, AttentionFactor = 1 },
            AttentionScale = RotaryScaling.YarnMagnitude(4, 0.5) * RotaryScaling.YarnMagnitude(4, 0.5) / 3,
        } },
        { "deepseek2", nameof(TinyKimiK2), Latent },
        { "llama", nameof(TinyMixtral), Small with { RotaryScaling = Yarn } },
        { "qwen3moe", nameof(TinyQwen3Moe), Small with { QueryKeyNorm = true, RotaryScaling = Yarn with { Factor = 2, FastTurns = 32 } } },
        { "gpt-oss", nameof(TinyGptOss), GptOss },
        { "gpt-oss", nameof(TinyGptOss), GptOss with { Layers = 3, WindowBlocks = [0, 2], RotaryScaling = null } },
        { "gpt-oss", nameof(TinyGptOss), GptOss with { Layers = 1, WindowBlocks = null, RotaryLayout = RotaryLayout.Interleaved } },
        { "gpt-oss", nameof(TinyGptOss), GptOss with { Window = null, WindowBlocks = null } },
        { "gpt-oss", nameof(TinyGptOss), GptOss with { RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 2.5 } } },
    };

    private string Target => Path.Combine(_folder.Path, "sub", "model.gguf");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Counterparts))]
    public void An_exported_model_computes_in_its_architecture_what_it_computes_here(string type, string? variant, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(config, variant);

        Assert.Equal(type, GgufExport.Save(model, new ByteTokenizer(), Target, new GgufOptions { Name = "tiny" }));

        var file = new PlainGguf(Target);
        Assert.Equal("tiny", file.Values["general.name"]);
        var expected = new GgufForward(file).Logits(Ids).SelectMany(row => row).ToArray();
        var actual = LanguageModelTests.Values(model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [MemberData(nameof(Counterparts))]
    public void An_exported_model_comes_back_bit_for_bit_with_the_same_logits(string type, string? variant, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(config, variant);
        GgufExport.Save(model, new ByteTokenizer(), Target, new GgufOptions { Architecture = type });

        using var loaded = ModelLoader.Load(Target, LibMoERuntimeTestsVariants.All);

        Assert.Equal("model", loaded.Name);
        Assert.Equal(model.Variant?.Declaration.Structure, loaded.Variant?.Declaration.Structure);
        Assert.Equal(Forward(config), Forward(loaded.Model.Config));
        HuggingFaceImportTests.BitIdentical(model, loaded.Model);
        var ids_SL = tensor(Ids, [1, Ids.Length]);
        Assert.Equal(
            LanguageModelTests.Values(model.forward(ids_SL).Logits), LanguageModelTests.Values(loaded.Model.forward(ids_SL).Logits));
        Assert.Equal(new ByteTokenizer().Hash, loaded.Tokenizer.Hash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gpt_oss_whose_frequencies_pass_over_between_channels_comes_back_with_them_and_llama_cpp_rounds_them(bool isExact)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var config = GptOss with { RotaryScaling = Yarn with { ExactChannels = isExact } };
        using var model = Model(config, nameof(TinyGptOss));
        GgufExport.Save(model, new ByteTokenizer(), Target);

        using var loaded = ModelLoader.Load(Target, LibMoERuntimeTestsVariants.All);

        var file = new PlainGguf(Target);
        Assert.Equal(isExact ? null : false, file.Values.GetValueOrDefault("libmoe.rotary_exact_channels"));
        Assert.Equal(isExact, GgufRotary.Caution(config) is not null);
        Assert.Equal(config.RotaryScaling, loaded.Model.Config.RotaryScaling);
        var ids_SL = tensor(Ids, [1, Ids.Length]);
        var ours = LanguageModelTests.Values(model.forward(ids_SL).Logits);
        Assert.Equal(ours, LanguageModelTests.Values(loaded.Model.forward(ids_SL).Logits));
        var exact = new GgufForward(file) { RoundsPairs = !isExact }.Logits(Ids).SelectMany(row => row).ToArray();
        Assert.All(exact.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        var rounded = new GgufForward(file).Logits(Ids).SelectMany(row => row).ToArray();
        Assert.Equal(isExact, rounded.Zip(ours).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3);
    }

    [Fact]
    public void What_a_gpt_oss_cannot_say_is_named()
    {
        Named("attention without sinks", GptOss with { AttentionSinks = false });
        Named("a head that is the embedding", GptOss with { TieEmbeddings = true });
        Named("queries, keys and values without biases", GptOss with { AttentionBias = false, AttentionOutputBias = false });
        Named("an output projection without a bias", GptOss with { AttentionOutputBias = false });
        Named("windows in other blocks than every second, from the first on", GptOss with { WindowBlocks = [1] });
        Named("windows in other blocks than every second, from the first on", GptOss with { WindowBlocks = null });
        Named("blocks without a mixture", GptOss with { MoeBlocks = [1] });
        Named("partly rotary heads", GptOss with { RotaryFraction = 0.5 });
        Named("scaled rotary frequencies of this kind", GptOss with { RotaryScaling = Yarn with { FastTurns = 16 } });
        Named("scaled rotary frequencies of this kind", GptOss with { RotaryScaling = Yarn with { SlowTurns = 2 } });
        Named("scaled rotary frequencies of this kind", GptOss with { RotaryScaling = Yarn with { AttentionFactor = 1 } });
        Named("scaled rotary frequencies of this kind", GptOss with { RotaryScaling = new() { Kind = RotaryScalingKind.Llama3 } });
        Named("a router without a bias, experts without biases, experts with another clamp, slope or offset than 7, 1.702 and 1",
            GptOss, nameof(TinyGranite));

        void Named(string part, ModelConfig config, string variant = nameof(TinyGptOss))
        {
            using var model = Model(config, variant);
            Assert.Contains(
                $"no counterpart in gpt-oss for {part}", Refused(model, new GgufOptions { Architecture = "gpt-oss" }),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Between_channels_is_refused_by_name_where_the_architecture_rounds()
    {
        using var model = Model(Small with { RotaryScaling = Yarn with { ExactChannels = true } }, null);

        Assert.Contains(
            "no counterpart in llama for frequencies that pass over between channels;", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_left_out_by_zero_are_refused_by_name()
    {
        using var model = Model(Latent with { MoeBlocks = [1] }, nameof(TinyMaskedDeepSeekV3));

        Assert.Contains("no counterpart in deepseek2 for groups that are left out by 0",
            Refused(model, new GgufOptions { Architecture = "deepseek2" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GgufType.F16, 1, ScalarType.Float16, nameof(TinyMixtral))]
    [InlineData(GgufType.BF16, 30, ScalarType.BFloat16, nameof(TinyMixtral))]
    [InlineData(GgufType.F16, 1, ScalarType.Float16, nameof(TinyGptOss))]
    [InlineData(GgufType.BF16, 30, ScalarType.BFloat16, nameof(TinyGptOss))]
    public void Matrices_of_half_a_type_are_rounded_once_and_vectors_routers_and_biases_not_at_all(
        GgufType type, int id, ScalarType rounded, string variant)
    {
        using var scope = NewDisposeScope();
        using var model = Model(variant == nameof(TinyGptOss) ? GptOss : Small, variant);
        GgufExport.Save(model, new ByteTokenizer(), Target, new GgufOptions { Type = type });

        using var loaded = ModelLoader.Load(Target, LibMoERuntimeTestsVariants.All);

        var file = new PlainGguf(Target);
        Assert.All(file.Tensors, entry => Assert.Equal(
            entry.Value.Sizes.Length == 1 || entry.Key.Contains("gate_inp", StringComparison.Ordinal)
                || entry.Key.EndsWith(".bias", StringComparison.Ordinal) ? 0 : id,
            entry.Value.Type));
        foreach (var (name, parameter) in model.named_parameters())
        {
            var kept = parameter.dim() == 1 || name.Contains("router", StringComparison.Ordinal)
                || name.EndsWith("_bias", StringComparison.Ordinal);
            Assert.Equal(
                LanguageModelTests.Values(kept ? parameter : parameter.to(rounded)),
                LanguageModelTests.Values(loaded.Model.state_dict()[name]));
        }
    }

    [Fact]
    public void Blocks_of_eight_bits_are_those_of_the_definition_and_within_its_bound()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Small, null);
        GgufExport.Save(model, new ByteTokenizer(), Target, new GgufOptions { Type = GgufType.Q8_0 });

        using var loaded = ModelLoader.Load(Target, []);

        var (file, checked32) = (new PlainGguf(Target), 0);
        Assert.Equal(7u, file.Values["general.file_type"]);
        Assert.Equal(2u, file.Values["general.quantization_version"]);
        foreach (var (ours, theirs) in new[] { ("embedding.weight", "token_embd.weight"), ("head.weight", "output.weight"),
            ("blocks.1.attention.value.weight", "blk.1.attn_v.weight") })
        {
            var exact = model.state_dict()[ours].data<float>().ToArray();
            var stored = file.Tensors[theirs];
            Assert.Equal(8, stored.Type);
            Assert.Equal(stored.Numbers, loaded.Model.state_dict()[ours].data<float>().ToArray());
            foreach (var (block, numbers) in exact.Chunk(32).Index())
            {
                var largest = numbers.Max(Math.Abs);
                var scale = largest / 127f;
                for (var i = 0; i < 32; i++, checked32++)
                {
                    var read = stored.Numbers[(block * 32) + i];
                    var step = (int)Math.Round(numbers[i] * (1f / scale), MidpointRounding.AwayFromZero);
                    Assert.Equal((float)(Half)scale * step, read);
                    var bound = (largest * ((1 / 254.0) + Math.Pow(2, -11))) + (127 * Math.Pow(2, -25)) + 1e-6;
                    Assert.InRange(Math.Abs(read - numbers[i]), 0, bound);
                }
            }
        }

        Assert.True(checked32 > 10_000);

        // Rows of 10 numbers make no block of 32.
        Assert.Equal(1, file.Tensors["blk.0.ffn_down.weight"].Type);
    }

    [Theory]
    [InlineData(nameof(EightSigmoid), "no counterpart in llama for the gate SigmoidGate;")]
    [InlineData(nameof(TinyDeepSeekV2), "groups valued by their largest expert")]
    [InlineData(nameof(TinyQwen2Moe), "a gate of the shared experts")]
    [InlineData(nameof(ReluExperts), "no counterpart in llama for experts of kind Relu")]
    [InlineData(nameof(DroppingLayer), "capacity")]
    [InlineData(nameof(TinyOlmoe),
        "no counterpart in qwen3moe for queries and keys without normalisation, weights that are not normalised;")]
    public void A_part_without_a_counterpart_is_named(string variant, string message)
    {
        using var model = Model(Small, variant);

        var error = Assert.Throws<ConfigurationException>(() => GgufExport.Save(model, new ByteTokenizer(), Target));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Backbones_other_architectures_numbers_beyond_float16_and_files_that_exist_are_refused()
    {
        using var gelu = Model(Small with { Activation = Activation.GeGlu }, null);
        using var dense = Model(Small with { QueryKeyNorm = true, MoeBlocks = [1] }, nameof(TinyQwen3Moe));
        using var model = Model(Small, null);

        Assert.Contains("for an FFN of kind GeGlu;", Refused(gelu), StringComparison.Ordinal);
        Assert.Contains("no counterpart in qwen3moe for blocks without a mixture;", Refused(dense), StringComparison.Ordinal);
        Assert.Contains(
            "Export:Architecture is 'bert'; in a GGUF file of a dense model it must be one of llama, qwen2, qwen3.",
            Refused(model, new GgufOptions { Architecture = "bert" }), StringComparison.Ordinal);
        using (no_grad())
        {
            model.state_dict()["head.weight"].mul_(1e6);
        }

        Assert.Equal(
            "output.weight has numbers that are beyond float16, which F16 needs; export as F32 or BF16.",
            Refused(model, new GgufOptions { Type = GgufType.F16 }));
        Assert.False(File.Exists(Target));
        GgufExport.Save(model, new ByteTokenizer(), Target);
        Assert.Contains("exists already",
            Assert.Throws<StorageException>(() => GgufExport.Save(model, new ByteTokenizer(), Target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_every_block_is_within_the_bound_that_is_stated()
    {
        var random = new Random(5);
        foreach (var size in new[] { 1e-9, 1e-5, 1e-2, 1, 1e3, 8e6 })
        {
            var numbers = Enumerable.Range(0, 3200).Select(_ => (float)(size * ((2 * random.NextDouble()) - 1))).ToArray();
            var (blocks, read) = (new byte[3400], new float[3200]);

            Assert.True(Q8Blocks.Write(numbers, blocks));
            Q8Blocks.Read(blocks, read);

            foreach (var (exact, near) in numbers.Chunk(32).Zip(read.Chunk(32)))
            {
                var bound = (exact.Max(Math.Abs) * ((1 / 254.0) + Math.Pow(2, -11)) * 1.00001) + (127 * Math.Pow(2, -25));
                Assert.All(exact.Zip(near), pair => Assert.InRange(Math.Abs((double)pair.First - pair.Second), 0, bound));
            }
        }

        Assert.False(Q8Blocks.Write([.. Enumerable.Repeat(1e8f, 32)], new byte[34]));
        Assert.True(Q8Blocks.Write(new float[32], new byte[34]));
    }

    /// <summary>What of a configuration decides the forward pass beside the tensors' shapes.</summary>
    private static object Forward(ModelConfig config) =>
        (config.NormEpsilon, config.RotaryBase, Plain(config.RotaryScaling), config.RotaryLayout, config.HeadWidth, config.Context,
            config.TieEmbeddings,
            string.Join(",", Enumerable.Range(0, config.Layers).Select(block => Math.Min(config.WindowOf(block) ?? 99, config.Context))));

    /// <summary>With the turns that are usual left unsaid.</summary>
    private static RotaryScaling? Plain(RotaryScaling? scaling) =>
        scaling is { FastTurns: 32 } ? scaling with { FastTurns = null } : scaling;

    private string Refused(LanguageModel model, GgufOptions? options = null) =>
        Assert.Throws<ConfigurationException>(() => GgufExport.Save(model, new ByteTokenizer(), Target, options)).Message;

    internal static LanguageModel Model(ModelConfig config, string? variant)
    {
        var model = LanguageModel.Create(config, variant is null ? null : HuggingFaceImportTests.MoeVariant(variant), seed: 3);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.mul_(name.Contains(".ffn.", StringComparison.Ordinal) ? 15 : 1)
                .add_(randn(parameter.shape, generator: generator), alpha: 0.05);
        }

        model.eval();
        return model;
    }
}
