using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Checkpoints.Safetensors;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Folders in the layout of each release compute what plain loops make of them, and come back as they were.</summary>
public sealed class ReleasedModelTests
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12, 11, 0, 7];

    private static readonly Dictionary<string, string?> LayerNames = new()
    {
        ["dots1"] = nameof(TinyDots1),
        ["glm4_moe"] = nameof(TinyGlm45),
        ["solar_open"] = nameof(TinySolarOpen),
        ["hy_v3"] = nameof(TinyHy3),
        ["minimax_m2"] = nameof(TinyMiniMaxM2),
        ["ernie4_5_moe"] = nameof(TinyErnie45),
        ["bailing_moe"] = nameof(TinyLing),
        ["bailing_moe_v2"] = nameof(TinyLingV2),
        ["gpt_oss"] = nameof(TinyGptOss),
        ["hunyuan_v1_moe"] = nameof(TinyHunyuan),
        ["granitemoe"] = nameof(TinyGranite),
        ["granitemoeshared"] = nameof(TinyGraniteShared),
        ["flex_olmo"] = nameof(TinyFlexOlmo),
        ["granite"] = null,
        ["olmo2"] = null,
        ["gemma"] = null,
    };

    /// <summary>Those whose experts may stand in stacks.</summary>
    internal static readonly string[] Stacked =
        ["dots1", "glm4_moe", "solar_open", "hy_v3", "minimax_m2", "ernie4_5_moe", "bailing_moe", "bailing_moe_v2", "flex_olmo",
            "hunyuan_v1_moe"];

    internal static IEnumerable<string> All => LayerNames.Keys;

    public static TheoryData<string> Families => [.. All];

    public static TheoryData<string> StackedFamilies => [.. Stacked];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_release_computes_what_plain_loops_compute(string family)
    {
        using var folder = new ReleasedFolder(family).Write();
        using var loaded = Load(folder, LayerOf(family));

        SameLogits(folder.Path, loaded.Model, 1e-9);
    }

    [Theory]
    [MemberData(nameof(StackedFamilies))]
    public void Names_and_stacks_of_transformers_5_compute_the_same(string family)
    {
        using var folder = new ReleasedFolder(family, ReleasedLayout.Transformers5).Write();
        using var loaded = Load(folder, LayerOf(family));

        SameLogits(folder.Path, loaded.Model, 1e-9);
    }

    [Fact]
    public void Experts_in_MXFP4_are_read_number_by_number()
    {
        using var folder = new ReleasedFolder("gpt_oss", ReleasedLayout.Packed, config => config["quantization_config"] =
            JsonNode.Parse("""{"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"]}""")).Write();
        using var loaded = Load(folder, nameof(TinyGptOss));

        SameLogits(folder.Path, loaded.Model, 1e-9);
        Assert.Single(loaded.Notes, note => note.StartsWith("Experts were stored in MXFP4", StringComparison.Ordinal));
    }

    /// <summary>In the layout of MiniMax-M2's release, which others have too: matrices of blocks in float8, routers and biases
    /// not.</summary>
    [Theory]
    [InlineData("minimax_m2")]
    [InlineData("hy_v3")]
    [InlineData("dots1")]
    [InlineData("glm4_moe")]
    [InlineData("solar_open")]
    [InlineData("ernie4_5_moe")]
    [InlineData("bailing_moe_v2")]
    [InlineData("hunyuan_v1_moe")]
    public void Blocks_of_fp8_are_read_with_their_scales_and_said_to_be(string family)
    {
        using var folder = new ReleasedFolder(family, type: ReleasedFolder.Float8).Write();
        using var loaded = Load(folder, LayerOf(family));

        SameLogits(folder.Path, loaded.Model, 1e-9);
        var stored = folder.Tensors.Values.Count(tensor => tensor.Type == ReleasedFolder.Float8);
        Assert.True(stored > 3 * 8);
        Assert.Equal(
            $"{stored} tensors were stored in fp8 with a scale for each block; they are read as bfloat16, and an export writes them in the "
                + "type of the model.",
            Assert.Single(loaded.Notes, note => note.Contains("fp8", StringComparison.Ordinal)));
    }

    [Fact]
    public void Fp8_is_read_into_bfloat16_without_another_rounding_and_written_as_that()
    {
        using var folder = new ReleasedFolder("minimax_m2", type: ReleasedFolder.Float8).Write();
        using var written = new DataFolder();
        using (var loaded = ModelLoader.Load(folder.Path, Layers(nameof(TinyMiniMaxM2)), ScalarType.BFloat16))
        {
            HuggingFaceExport.Save(loaded.Model, written.Path, new ExportOptions { Architecture = "minimax_m2" });
        }

        using var back = ModelLoader.Load(written.Path, Layers(nameof(TinyMiniMaxM2)), ScalarType.Float64);

        Assert.DoesNotContain(back.Notes, note => note.Contains("fp8", StringComparison.Ordinal));
        SameLogits(folder.Path, back.Model, 1e-9);
    }

    /// <summary>In the type of the release: the correction bias and ERNIE's router stay float32, all else is bfloat16.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void What_is_loaded_and_written_again_is_the_same_bit_for_bit(string family)
    {
        using var folder = new ReleasedFolder(family, type: "BF16").Write();
        using var written = new DataFolder();
        using (var loaded = ModelLoader.Load(folder.Path, Layers(LayerOf(family)), ScalarType.BFloat16))
        {
            Assert.All(
                loaded.Model.named_buffers().Where(buffer => buffer.name.EndsWith("router.score_bias", StringComparison.Ordinal)),
                buffer => Assert.Equal(ScalarType.Float32, buffer.buffer.dtype));
            Assert.Equal(family, HuggingFaceExport.Save(loaded.Model, written.Path, new ExportOptions { Architecture = family }));
        }

        var again = PlainReader.Read(File.ReadAllBytes(Path.Combine(written.Path, "model.safetensors")))!;
        Assert.Equal(folder.Tensors.Keys.Order(), again.Keys.Order());
        Assert.All(folder.Tensors, entry =>
        {
            var (dtype, shape, bytes) = again[entry.Key];
            Assert.Equal((entry.Key, entry.Value.Type), (entry.Key, dtype));
            Assert.Equal(entry.Value.Shape, shape);
            Assert.Equal(entry.Value.Bytes, bytes);
        });
        using var back = ModelLoader.Load(written.Path, Layers(LayerOf(family)), ScalarType.Float64);
        SameLogits(written.Path, back.Model, 1e-9);
        SameLogits(folder.Path, back.Model, 1e-9);
    }

    [Theory]
    [MemberData(nameof(StackedFamilies))]
    public void Stacks_are_written_too_and_come_back(string family)
    {
        using var folder = new ReleasedFolder(family).Write();
        using var written = new DataFolder();
        using var loaded = ModelLoader.Load(folder.Path, Layers(LayerOf(family)));
        HuggingFaceExport.Save(loaded.Model, written.Path, new ExportOptions { Architecture = family, Experts = ExpertStorage.Fused });

        using var back = ModelLoader.Load(written.Path, Layers(LayerOf(family)));

        HuggingFaceImportTests.BitIdentical(loaded.Model, back.Model);
    }

    [Theory]
    [InlineData("glm4_moe", "model.layers.3.eh_proj.weight", "model.layers.3.mlp.experts.0.up_proj.weight")]
    [InlineData("hy_v3", "model.layers.3.enorm.weight", "model.layers.3.mlp.expert_bias")]
    [InlineData("minimax_m2", "model.layers.3.hnorm.weight")]
    [InlineData("bailing_moe_v2", "model.layers.3.final_layernorm.weight")]
    [InlineData("ernie4_5_moe", "model.mtp_block.0.self_attn.q_proj.weight", "model.mtp_linear_proj.0.weight")]
    public void Tensors_for_several_tokens_at_once_are_left_out_and_said_to_be(string family, params string[] further)
    {
        using var folder = new ReleasedFolder(family);
        foreach (var name in further)
        {
            folder.Tensors.Add(name, ("F32", [2], new byte[8]));
        }

        using var loaded = Load(folder.Write(), LayerOf(family));

        Assert.Contains(
            $"{further.Length} tensors that predict several tokens at once were left out, from {further[0]} on;",
            Assert.Single(loaded.Notes, note => note.Contains("left out", StringComparison.Ordinal)), StringComparison.Ordinal);
        using var other = new ReleasedFolder("dots1");
        other.Tensors.Add("model.layers.3.eh_proj.weight", ("F32", [2], new byte[8]));
        Assert.Contains("unknown: 'model.layers.3.eh_proj.weight'",
            Assert.Throws<StorageException>(() => Load(other.Write(), nameof(TinyDots1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minimax_m2", "router_aux_loss_coef is 0.001 for Hugging Face's loss, which is pooled over blocks and K when balanced: "
        + "SwitchBalance(0.001) pulls as hard here (0.001·3/3).")]
    [InlineData("ernie4_5_moe", "SwitchBalance(0.0015) pulls as hard here (0.001·3/2).")]
    [InlineData("gpt_oss", "SwitchBalance(0.9) pulls as hard here (0.9·3/3).")]
    public void The_coefficient_of_balancing_is_told_in_this_librarys_convention(string family, string note)
    {
        using var folder = new ReleasedFolder(family).Write();
        using var loaded = Load(folder, LayerOf(family));

        Assert.Contains(note, Assert.Single(loaded.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dots1", "[MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 12), "
        + "SigmoidGate(TopK = 3, Scale = 2.5), BiasBalance(0.001)]")]
    [InlineData("bailing_moe_v2", "SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5), BiasBalance(0.001)]")]
    [InlineData("gpt_oss", "[MoeLayer, Experts<SwiGlu>(6, Hidden = 32, Limit = 7, Slope = 1.702, UpOffset = 1, Bias = true), "
        + "SoftmaxGate(TopK = 3, RouterBias = true)]")]
    public void Without_a_declared_layer_the_message_gives_the_one_that_would_do(string family, string declaration)
    {
        using var folder = new ReleasedFolder(family).Write();

        Assert.Contains(declaration,
            Assert.Throws<ConfigurationException>(() => ModelLoader.Load(folder.Path, [])).Message, StringComparison.Ordinal);
    }

    internal static string? LayerOf(string family) => LayerNames[family];

    internal static LoadedModel Load(ReleasedFolder folder, string? layer) =>
        ModelLoader.Load(folder.Path, Layers(layer), ScalarType.Float64);

    internal static IReadOnlyList<MoeVariant> Layers(string? layer) => layer is null ? [] : [HuggingFaceImportTests.MoeVariant(layer)];

    internal static void SameLogits(string folder, LanguageModel model, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var expected = new ReleasedForward(folder).Logits(Ids).SelectMany(row => row).ToArray();
        var actual = LanguageModelTests.Values(model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
