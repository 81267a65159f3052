using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Checkpoints.Safetensors;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Folders of DeepSeek-V2, DeepSeek-V3 and Kimi K2 compute here what their authors' code makes of them, and are given back with
/// the same tensors.</summary>
public sealed class DeepSeekTests : IDisposable
{
    private const string Yarn = """
        {"rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 10, "beta_fast": 32, "beta_slow": 1,
            "mscale": 0.707, "mscale_all_dim": 0.707}}
        """;

    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12];

    private readonly DataFolder _target = new();

    public static TheoryData<string, string, bool, bool, string> Folders => new()
    {
        { "deepseek_v2", nameof(TinyDeepSeekV2), false, false, "{}" },
        { "deepseek_v2", nameof(TinyDeepSeekV2), true, false, "{}" },
        { "deepseek_v2", nameof(TinyDeepSeekV2Lite), false, false,
            """{"q_lora_rank": null, "topk_method": "greedy", "routed_scaling_factor": 1.5, "n_group": 1, "topk_group": 1}""" },
        { "deepseek_v2", nameof(TinyDeepSeekV2Lite), false, false,
            """{"q_lora_rank": null, "topk_method": "greedy", "routed_scaling_factor": 1.5}""" },
        { "deepseek_v2", nameof(TinyDeepSeekV2), false, false, Yarn },
        { "deepseek_v3", nameof(TinyDeepSeekV3), false, false, "{}" },
        { "deepseek_v3", nameof(TinyDeepSeekV3), true, false, "{}" },
        { "deepseek_v3", nameof(TinyDeepSeekV3), false, true, "{}" },
        { "deepseek_v3", nameof(TinyDeepSeekV3), true, true, "{}" },
        { "deepseek_v3", nameof(TinyDeepSeekV3), false, false, Yarn },
        { "deepseek_v3", nameof(TinyDeepSeekV3), false, false, """{"rope_interleave": false, "rms_norm_eps": 0.01}""" },
        { "deepseek_v3", nameof(TinyPlainDeepSeekV3), false, false, """{"norm_topk_prob": false, "first_k_dense_replace": 2}""" },
        { "deepseek_v3", nameof(TinyDeepSeekV3), false, false, """{"q_lora_rank": null, "num_nextn_predict_layers": 1, "head_dim": 4}""" },
        { "kimi_k2", nameof(TinyKimiK2), false, false, "{}" },
        { "kimi_k2", nameof(TinyKimiK2), false, true, Yarn },
        { "kimi_k2", nameof(TinyKimiK2), true, false, "{}" },
    };

    public void Dispose() => _target.Dispose();

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_computes_what_its_authors_code_makes_of_it(string family, string variant, bool fused, bool fp8, string settings)
    {
        using var folder = Folder(family, fused, fp8, settings).Write();

        using var loaded = ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, ScalarType.Float64);

        Assert.Equal(HuggingFaceImportTests.MoeVariant(variant).Declaration.Structure, loaded.Variant!.Declaration.Structure);
        Same(new DeepSeekForward(folder.Config, folder.Tensors), loaded.Model, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void An_exported_folder_has_the_same_tensors_and_computes_the_same(
        string family, string variant, bool fused, bool fp8, string settings)
    {
        using var folder = Folder(family, fused, fp8, settings).Write();
        using var loaded = ModelLoader.Load(folder.Path, [HuggingFaceImportTests.MoeVariant(variant)]);
        var storage = fused ? ExpertStorage.Fused : ExpertStorage.PerExpert;

        Assert.Equal(family, HuggingFaceExport.Save(
            loaded.Model, _target.Path, new ExportOptions { Architecture = family, Experts = storage }));

        var written = PlainReader.Read(File.ReadAllBytes(Path.Combine(_target.Path, "model.safetensors")))!;
        var kept = folder.Tensors.Where(entry => !entry.Key.StartsWith("model.layers.3.", StringComparison.Ordinal)).ToList();
        Assert.Equal(kept.Select(entry => entry.Key).Order(), written.Keys.Order());
        var isApart = folder.Config["rope_interleave"]?.GetValue<bool>() == false;
        Assert.All(kept.Where(entry => !isApart || !entry.Key.Contains("_proj", StringComparison.Ordinal)), entry =>
        {
            var (_, shape, bytes) = written[entry.Key];
            Assert.Equal(entry.Value.Shape, shape);
            Assert.Equal(entry.Value.Values.SelectMany(BitConverter.GetBytes), bytes);
        });
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_target.Path, "config.json")))!.AsObject();
        var numbers = written.ToDictionary(
            entry => entry.Key,
            entry => (entry.Value.Shape, entry.Value.Bytes.Chunk(4).Select(four => BitConverter.ToSingle(four)).ToArray()));
        Same(new DeepSeekForward(config, numbers), loaded.Model, 1e-4);

        using var again = ModelLoader.Load(_target.Path, LibMoERuntimeTestsVariants.All);
        Assert.Equal(
            loaded.Model.Config with { RotaryLayout = RotaryLayout.Interleaved, MoeBlocks = null },
            again.Model.Config with { MoeBlocks = null });
        Same(new DeepSeekForward(config, numbers), again.Model, 1e-4);
    }

    [Theory]
    [InlineData("deepseek_v3")]
    [InlineData("kimi_k2")]
    public void Blocks_for_several_tokens_at_once_are_skipped_by_name_and_said_to_be(string family)
    {
        using var folder = Folder(family, false, false, """{"num_nextn_predict_layers": 1}""").Write();

        using var loaded = ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All);

        var skipped = folder.Tensors.Keys.Count(name => name.StartsWith("model.layers.3.", StringComparison.Ordinal));
        Assert.Contains(loaded.Notes, note => note.StartsWith(
            $"{skipped} tensors that predict several tokens at once were left out, from model.layers.3.", StringComparison.Ordinal));
    }

    [Fact]
    public void Blocks_behind_the_last_are_unknown_where_the_family_has_none()
    {
        using var folder = Folder("deepseek_v2", false, false, """{"num_nextn_predict_layers": 1}""").Write();

        var error = Assert.Throws<StorageException>(() => ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All).Dispose());

        Assert.Contains("unknown: 'model.layers.3.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deepseek_v3")]
    [InlineData("kimi_k2")]
    public void The_bias_that_picks_are_made_with_stays_float32_in_a_model_of_bfloat16(string family)
    {
        using var folder = Folder(family, false, true, "{}").Write();

        using var loaded = ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, ScalarType.BFloat16);

        var state = loaded.Model.state_dict();
        Assert.Equal(ScalarType.Float32, state["blocks.1.ffn.router.score_bias"].dtype);
        Assert.Equal(
            folder.Tensors["model.layers.1.mlp.gate.e_score_correction_bias"].Values,
            state["blocks.1.ffn.router.score_bias"].data<float>().ToArray());
        Assert.Equal(
            folder.Tensors["model.layers.0.self_attn.o_proj.weight"].Values.Select(value => (double)value),
            LanguageModelTests.Values(state["blocks.0.attention.output.weight"]));
        Assert.Equal(
            $"{folder.Stored.Count} tensors were stored in fp8 with a scale for each block; they are read as bfloat16, and an export writes "
                + "them in the type of the model.",
            Assert.Single(loaded.Notes, note => note.Contains("fp8", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_text_is_continued_from_latents_as_when_it_is_read_again()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = Folder("deepseek_v3", false, false, Yarn).Write();
        using var loaded = ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, ScalarType.Float64);
        using var cache = new KeyValueCache();
        var ids_SL = tensor(Ids, [1, Ids.Length]);

        var parts = new[] { 4, 1, 1, 3, 1 }.Select(
            part => loaded.Model.forward(ids_SL.narrow(1, cache.Length, part), MoeContext.None, cache).Logits).ToArray();

        var whole = LanguageModelTests.Values(loaded.Model.forward(ids_SL).Logits);
        Assert.All(whole.Zip(LanguageModelTests.Values(cat(parts, 1))), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        Assert.Equal(3 * (7 + 4), cache.NumbersPerToken);
    }

    [Theory]
    [InlineData("deepseek_v3", """{"scoring_func": "softmax"}""", "scoring_func is '\"softmax\"'; a model can be loaded where it is sigmoid.")]
    [InlineData("deepseek_v2", """{"scoring_func": "sigmoid"}""", "where it is softmax.")]
    [InlineData("deepseek_v2", """{"topk_method": "noaux_tc"}""", "where it is greedy.")]
    [InlineData("deepseek_v3", """{"topk_method": "greedy"}""", "where it is noaux_tc.")]
    [InlineData("deepseek_v2", """{"norm_topk_prob": true}""", "routed_scaling_factor is '4'; a model can be loaded where it is 1 while")]
    [InlineData("deepseek_v3", """{"num_experts_per_tok": 1}""", "where it is above 1 while norm_topk_prob is true.")]
    [InlineData("deepseek_v3", """{"attention_bias": true}""", "where it is false, as the output projection has no bias here.")]
    [InlineData("deepseek_v3", """{"num_key_value_heads": 2}""", "num_key_value_heads is '2'")]
    [InlineData("deepseek_v2", """{"rope_interleave": false}""", "where it is true.")]
    [InlineData("deepseek_v3", """{"rope_scaling": {"type": "linear", "factor": 2}}""", "in deepseek_v3 it can be default or yarn.")]
    [InlineData("deepseek_v3", """{"quantization_config": {"quant_method": "awq"}}""",
        "a model can be loaded where it is absent, or fp8 with a scale for each block.")]
    [InlineData("deepseek_v3", """{"quantization_config": {"quant_method": "fp8"}}""",
        "where it is fp8 with a weight_block_size, such as [128, 128].")]
    [InlineData("deepseek_v3", """{"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128], "fmt": "e5m2"}}""",
        "where it is fp8 of the fmt e4m3.")]
    public void A_setting_that_changes_numbers_and_is_not_there_is_refused_by_name(string family, string settings, string message)
    {
        using var folder = Folder(family, false, false, settings).Write();

        var error = Assert.Throws<ConfigurationException>(() => ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_without_a_declared_layer_is_refused_with_the_declaration_that_would_do()
    {
        using var folder = Folder("deepseek_v3", false, false, "{}").Write();

        Assert.Contains(
            "takes a declared layer [MoeLayer, Experts<SwiGlu>(8, Hidden = 6), SharedExperts<SwiGlu>(1, Hidden = 12), "
                + "SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5), BiasBalance(0.001)]; no layer is declared.",
            Assert.Throws<ConfigurationException>(() => ModelLoader.Load(folder.Path, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_without_a_counterpart_are_named()
    {
        var widths = new LatentAttention { KeyValueRank = 8, PlainChannels = 4, RotaryChannels = 4, ValueChannels = 4 };
        var config = new ModelConfig { LatentAttention = widths };
        using var latent = LanguageModel.Create(config, HuggingFaceImportTests.MoeVariant(nameof(TinyKimiK2)));
        using var plain = LanguageModel.Create(new ModelConfig(), HuggingFaceImportTests.MoeVariant(nameof(TinyKimiK2)));

        Assert.Contains(
            "no counterpart in deepseek_v3 for norms of latents with another ε than 1E-06", Refused(latent), StringComparison.Ordinal);
        Assert.Contains("no counterpart in mixtral for multi-head latent attention,", Refused(latent), StringComparison.Ordinal);
        Assert.Contains(
            "no counterpart in deepseek_v3 for attention without latents", Refused(plain, "deepseek_v3"), StringComparison.Ordinal);
        Assert.Contains("no counterpart in deepseek_v2 for attention without latents, the gate SigmoidGate", Refused(plain, "deepseek_v2"),
            StringComparison.Ordinal);

        string Refused(LanguageModel model, string? architecture = null) => Assert.Throws<ConfigurationException>(
            () => HuggingFaceExport.Save(model, _target.Path, new ExportOptions { Architecture = architecture })).Message;
    }

    private static DeepSeekFolder Folder(string family, bool fused, bool fp8, string settings) => new(family, fused, fp8, config =>
    {
        foreach (var (name, value) in JsonNode.Parse(settings)!.AsObject())
        {
            config[name] = value?.DeepClone();
        }
    });

    private static void Same(DeepSeekForward oracle, LanguageModel model, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var expected = oracle.Logits(Ids).SelectMany(row => row).ToArray();
        var actual = LanguageModelTests.Values(model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
