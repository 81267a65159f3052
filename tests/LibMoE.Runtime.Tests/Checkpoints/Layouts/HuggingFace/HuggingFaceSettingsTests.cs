using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Every setting of a <c>config.json</c> that changes numbers is honoured, as plain loops over the same folder do,
/// or refused by name.</summary>
public sealed class HuggingFaceSettingsTests
{
    private const string Absent = "absent";

    [Theory]
    [InlineData("llama", """{"rms_norm_eps": 0.05}""")]
    [InlineData("llama", """{"rms_norm_eps": "absent"}""")]
    [InlineData("phi3", """{"rms_norm_eps": "absent", "rope_theta": "absent"}""")]
    [InlineData("mixtral", """{"rms_norm_eps": "absent"}""")]
    [InlineData("mixtral", """{"rope_theta": "absent"}""")]
    [InlineData("olmoe", """{"rms_norm_eps": "absent"}""")]
    [InlineData("qwen2_moe", """{"rms_norm_eps": "absent", "rope_theta": "absent"}""")]
    [InlineData("llama", """{"hidden_act": "gelu"}""")]
    [InlineData("llama", """{"hidden_act": "absent"}""")]
    [InlineData("llama", """{"num_key_value_heads": "absent"}""")]
    [InlineData("llama", """{"head_dim": 10}""")]
    [InlineData("llama", """{"tie_word_embeddings": true}""")]
    [InlineData("qwen2", """{"tie_word_embeddings": false}""")]
    [InlineData("mixtral", """{"tie_word_embeddings": true}""")]
    [InlineData("mixtral", """{"num_experts_per_tok": 1}""")]
    [InlineData("phi3", """{"partial_rotary_factor": "absent"}""")]
    [InlineData("olmoe", """{"norm_topk_prob": true}""")]
    [InlineData("olmoe", """{"norm_topk_prob": "absent"}""")]
    [InlineData("olmoe", """{"num_key_value_heads": 4}""")]
    [InlineData("qwen2_moe", """{"norm_topk_prob": true}""")]
    [InlineData("qwen2_moe", """{"qkv_bias": false}""")]
    [InlineData("qwen2_moe", """{"qkv_bias": true, "decoder_sparse_step": 2}""")]
    [InlineData("qwen2_moe", """{"mlp_only_layers": [0, 2]}""")]
    [InlineData("qwen3_moe", """{"norm_topk_prob": "absent"}""")]
    [InlineData("qwen3_moe", """{"mlp_only_layers": [2], "decoder_sparse_step": 2}""")]
    [InlineData("deepseek", """{"norm_topk_prob": true}""")]
    [InlineData("deepseek", """{"norm_topk_prob": true, "num_experts_per_tok": 1}""")]
    [InlineData("deepseek", """{"first_k_dense_replace": 2}""")]
    [InlineData("deepseek", """{"first_k_dense_replace": 0, "moe_layer_freq": 2}""")]
    [InlineData("deepseek",
        """{"routed_scaling_factor": 1.0, "n_group": 1, "topk_method": "greedy", "clip_qkv": null, "pretraining_tp": 2}""")]
    public void What_changes_numbers_is_honoured(string family, string settings)
    {
        using var folder = Folder(family, settings).Write();

        using var loaded = Load(folder);

        HuggingFaceImportTests.SameLogits(folder.Path, loaded.Model, 1e-10);
    }

    [Theory]
    [InlineData("llama", "attention_bias", "true")]
    [InlineData("qwen3", "attention_bias", "true")]
    [InlineData("llama", "mlp_bias", "true")]
    [InlineData("llama", "hidden_act", "\"gelu_pytorch_tanh\"")]
    [InlineData("olmoe", "clip_qkv", "8.0")]
    [InlineData("deepseek", "routed_scaling_factor", "2.5")]
    [InlineData("deepseek", "scoring_func", "\"sigmoid\"")]
    [InlineData("deepseek", "topk_method", "\"noaux_tc\"")]
    [InlineData("deepseek", "n_group", "8")]
    [InlineData("deepseek", "kv_lora_rank", "512")]
    [InlineData("deepseek", "rope_interleave", "true")]
    [InlineData("mistral", "attention_chunk_size", "8192")]
    [InlineData("llama", "logit_scale", "0.0625")]
    [InlineData("llama", "logits_scaling", "8.0")]
    [InlineData("llama", "embedding_multiplier", "12.0")]
    [InlineData("llama", "residual_multiplier", "0.22")]
    [InlineData("llama", "attention_multiplier", "0.015625")]
    [InlineData("llama", "query_pre_attn_scalar", "256")]
    [InlineData("llama", "attn_logit_softcapping", "50.0")]
    [InlineData("llama", "final_logit_softcapping", "30.0")]
    [InlineData("qwen3", "layer_types", "[\"linear_attention\"]")]
    [InlineData("llama", "quantization_config", "{}")]
    public void What_the_backbone_does_not_have_is_refused_by_name(string family, string key, string value)
    {
        using var folder = Folder(family, $$"""{"{{key}}": {{value}}}""").Write();

        var message = Assert.Throws<ConfigurationException>(() => Load(folder)).Message;

        Assert.Contains($"config.json: {key} is '{value}'; a model can be loaded where it is ", message, StringComparison.Ordinal);
    }

    /// <summary>Mistral's own default of a window counts where the file does not state one; null is none.</summary>
    [Theory]
    [InlineData("mistral", """{"sliding_window": "absent", "max_position_embeddings": 5000}""", 4096)]
    [InlineData("mistral", """{"sliding_window": null, "max_position_embeddings": 5000}""", 5000)]
    [InlineData("mistral", """{"sliding_window": 16}""", 16)]
    [InlineData("phi3", """{"sliding_window": 12}""", 12)]
    [InlineData("mixtral", """{"sliding_window": "absent", "max_position_embeddings": 5000}""", 5000)]
    [InlineData("qwen2", """{"sliding_window": 8, "use_sliding_window": false}""", 20)]
    [InlineData("qwen2", """{"sliding_window": 8, "use_sliding_window": true}""", 8)]
    [InlineData("qwen3_moe", """{"sliding_window": 8}""", 20)]
    public void A_window_shortens_the_context_to_where_it_changes_nothing(string family, string settings, int context)
    {
        using var folder = Folder(family, settings).Write();

        using var loaded = Load(folder);

        Assert.Equal(context, loaded.Model.Config.Context);
    }

    [Fact]
    public void A_head_that_is_the_embedding_may_be_stored_once_more_but_not_with_other_numbers()
    {
        using var folder = new HuggingFaceFolder("qwen2");
        var (shape, values) = folder.Tensors["model.embed_tokens.weight"];
        folder.Tensors.Add("lm_head.weight", (shape, [.. values]));
        folder.Write();
        using (var loaded = Load(folder))
        {
            HuggingFaceImportTests.SameLogits(folder.Path, loaded.Model, 1e-10);
        }

        using var other = new HuggingFaceFolder("qwen2");
        other.Tensors.Add("lm_head.weight", (shape, [.. values.Select(value => value + 1)]));

        Assert.Contains(
            "model.embed_tokens.weight and lm_head.weight hold different numbers, though tie_word_embeddings is true",
            Assert.Throws<ConfigurationException>(() => Load(other.Write())).Message,
            StringComparison.Ordinal);
    }

    private static HuggingFaceFolder Folder(string family, string settings) => new(family, change: config =>
    {
        foreach (var (key, value) in JsonNode.Parse(settings)!.AsObject())
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var word) && word == Absent)
            {
                config.Remove(key);
            }
            else
            {
                config[key] = value?.DeepClone();
            }
        }
    });

    private static LoadedModel Load(HuggingFaceFolder folder) =>
        ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, ScalarType.Float64);
}
