using System.Text.Json.Nodes;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Settings of releases that change numbers are honoured, as plain loops over the same folder do, or refused by name.</summary>
public sealed class ReleasedSettingsTests
{
    private const string Absent = "absent";

    public static TheoryData<string> UnsupportedTypes => [.. StatedFamily.Unsupported.Keys];

    [Theory]
    [InlineData("dots1", """{"sliding_window": 4, "max_window_layers": 1}""")]
    [InlineData("dots1", """{"sliding_window": 4, "layer_types": ["full_attention", "sliding_attention", "full_attention"]}""")]
    [InlineData("dots1", """{"sliding_window": null, "max_window_layers": 0}""")]
    [InlineData("dots1", """{"first_k_dense_replace": 2}""")]
    [InlineData("dots1", """{"attention_bias": true}""")]
    [InlineData("glm4_moe", """{"use_qk_norm": false, "attention_bias": false}""")]
    [InlineData("glm4_moe", """{"use_qk_norm": "absent", "attention_bias": "absent"}""")]
    [InlineData("glm4_moe", """{"partial_rotary_factor": "absent", "rms_norm_eps": "absent", "first_k_dense_replace": "absent"}""")]
    [InlineData("glm4_moe",
        """{"rope_theta": "absent", "rope_parameters": {"rope_type": "default", "rope_theta": 90, "partial_rotary_factor": 0.5}}""")]
    [InlineData("glm4_moe", """{"norm_topk_prob": "absent"}""")]
    [InlineData("solar_open", """{"rope_theta": "absent", "rope_scaling": null}""")]
    [InlineData("solar_open", """{"norm_topk_prob": false}""", nameof(TinyPlainSigmoid))]
    [InlineData("solar_open", """{"routed_scaling_factor": null, "partial_rotary_factor": "absent"}""")]
    [InlineData("hy_v3", """{"mlp_layer_types": ["sparse", "dense", "sparse"]}""")]
    [InlineData("hy_v3", """{"router_scaling_factor": "absent", "first_k_dense_replace": "absent"}""")]
    [InlineData("minimax_m2", """{"rotary_dim": 8}""")]
    [InlineData("minimax_m2", """{"rope_theta": "absent"}""")]
    [InlineData("ernie4_5_moe", """{"moe_layer_start_index": 0, "moe_layer_interval": 2}""")]
    [InlineData("ernie4_5_moe", """{"moe_layer_start_index": 0, "moe_layer_end_index": 1}""")]
    [InlineData("ernie4_5_moe", """{"tie_word_embeddings": false, "rope_theta": "absent"}""")]
    [InlineData("ernie4_5_moe",
        """{"tie_word_embeddings": "absent", "moe_layer_start_index": "absent", "moe_layer_end_index": "absent"}""")]
    [InlineData("bailing_moe_v2", """{"use_qk_norm": false, "partial_rotary_factor": "absent"}""")]
    [InlineData("bailing_moe_v2", """{"use_qk_norm": "absent", "use_qkv_bias": true}""")]
    [InlineData("bailing_moe_v2", """{"model_type": "bailing_moe"}""")]
    [InlineData("bailing_moe", """{"first_k_dense_replace": 1, "use_qkv_bias": true}""")]
    [InlineData("gpt_oss", """{"attention_bias": false}""")]
    [InlineData("gpt_oss", """{"layer_types": "absent", "sliding_window": 2}""")]
    [InlineData("gpt_oss", """{"rope_scaling": null}""")]
    [InlineData("granitemoe", """{"attention_multiplier": "absent", "embedding_multiplier": "absent"}""")]
    [InlineData("granite", """{"logits_scaling": 1.0, "residual_multiplier": 1.0, "attention_bias": true}""")]
    [InlineData("hunyuan_v1_moe", """{"rope_scaling": null, "attention_bias": true, "moe_topk": 3, "tie_word_embeddings": false}""")]
    [InlineData("hunyuan_v1_moe", """{"rope_scaling": {"rope_type": "dynamic", "alpha": 1000.0}, "rms_norm_eps": "absent"}""")]
    [InlineData("dots1", """{"n_group": 4, "topk_group": 4}""")]
    [InlineData("glm4_moe", """{"n_group": 4, "topk_group": 4}""")]
    [InlineData("gemma", """{"hidden_act": "gelu", "hidden_activation": "gelu_pytorch_tanh"}""")]
    [InlineData("flex_olmo", """{"rope_theta": "absent", "rms_norm_eps": "absent"}""")]
    public void What_changes_numbers_is_honoured(string family, string settings, string? layer = null)
    {
        using var folder = Folder(family, settings).Write();

        using var loaded = ReleasedModelTests.Load(folder, layer ?? ReleasedModelTests.LayerOf(family));

        ReleasedModelTests.SameLogits(folder.Path, loaded.Model, 1e-9);
    }

    [Theory]
    [InlineData("hunyuan_v1_moe", "use_cla", "true")]
    [InlineData("hunyuan_v1_moe", "num_shared_expert", "[1,2,1]")]
    [InlineData("hunyuan_v1_moe", "use_mixed_mlp_moe", "false")]
    [InlineData("dots1", "scoring_func", "\"softmax\"")]
    [InlineData("glm4_moe", "topk_method", "\"greedy\"")]
    [InlineData("glm4_moe", "quantization_config", """{"quant_method":"fp8"}""")]
    [InlineData("hy_v3", "route_norm", "false")]
    [InlineData("hy_v3", "qk_norm", "false")]
    [InlineData("minimax_m2", "attn_type_list", "[1,0,1]")]
    [InlineData("minimax_m2", "layernorm_mlp_beta", "0.5")]
    [InlineData("minimax_m2", "qk_norm_type", "\"per_head\"")]
    [InlineData("minimax_m2", "routed_scaling_factor", "2.0")]
    [InlineData("ernie4_5_moe", "use_bias", "true")]
    [InlineData("bailing_moe", "norm_head", "true")]
    [InlineData("bailing_moe_v2", "score_function", "\"softmax\"")]
    [InlineData("bailing_moe_v2", "moe_router_enable_expert_bias", "false")]
    [InlineData("gpt_oss", "quantization_config", """{"quant_method":"gptq"}""")]
    [InlineData("gemma", "hidden_act", "\"gelu\"")]
    [InlineData("olmo2", "embedding_multiplier", "2.0")]
    public void What_the_backbone_does_not_have_is_refused_by_name(string family, string key, string value)
    {
        using var folder = Folder(family, $$"""{"{{key}}": {{value}}}""").Write();

        var message = Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, null)).Message;

        Assert.Contains($"config.json: {key} is '{value}'; a model can be loaded where it is ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hy_v3", """{"mlp_layer_types": ["sparse"]}""", "it must be dense or sparse for each of 3 layers")]
    [InlineData("gpt_oss", """{"layer_types": ["full_attention"]}""", "layer_types has 1 entries for 3 layers")]
    [InlineData("bailing_moe_v2", """{"n_group": 3}""", "describes no model: it states MixtureDescription { Experts = 8")]
    [InlineData("hunyuan_v1_moe", """{"rope_scaling": {"type": "dynamic", "factor": 2.0}}""", "does not state rope_scaling.alpha")]
    [InlineData(
        "hunyuan_v1_moe", """{"rope_scaling": {"type": "dynamic", "alpha": -1.0}}""", "rope_scaling.alpha is '-1.0' for heads of 8")]
    [InlineData("glm4_moe", """{"n_group": 3, "topk_group": 2}""", "describes no model: it states MixtureDescription { Experts = 8")]
    [InlineData("dots1", """{"n_shared_experts": null}""", "does not state n_shared_experts")]
    [InlineData("gpt_oss", """{"sliding_window": 0}""", "Model:Window is 0; it must be at least 1.")]
    public void A_configuration_that_lies_is_refused(string family, string settings, string message)
    {
        using var folder = new ReleasedFolder(family);
        foreach (var (key, value) in JsonNode.Parse(settings)!.AsObject())
        {
            folder.Config[key] = value?.DeepClone();
        }

        folder.Write();

        var error = Assert.Throws<StorageException>(() => ReleasedModelTests.Load(folder, ReleasedModelTests.LayerOf(family)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("moe_topk", "[3,2,3]")]
    [InlineData("num_experts", "[8,8,4]")]
    public void Layers_that_differ_are_refused_by_name(string key, string value)
    {
        using var folder = new ReleasedFolder("hunyuan_v1_moe");
        folder.Config[key] = JsonNode.Parse(value);
        folder.Write();

        Assert.Contains($"config.json: {key} is '{value}'; a model can be loaded where it is the same in every layer.",
            Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, nameof(TinyHunyuan))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamic_scaling_is_refused_where_it_is_not_by_alpha()
    {
        using var folder = Folder("dots1", """{"rope_scaling": {"type": "dynamic", "factor": 2.0}}""").Write();
        using var unscaled = Folder("hunyuan_v1_moe", """{"rope_scaling": {"type": "longrope", "factor": 2.0}}""").Write();

        Assert.Contains("rope_scaling.type is '\"dynamic\"'; in dots1 it can be default or linear or llama3 or yarn.",
            Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, null)).Message, StringComparison.Ordinal);
        Assert.Contains("in hunyuan_v1_moe it can be default or linear or llama3 or yarn or dynamic with alpha.",
            Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(unscaled, null)).Message, StringComparison.Ordinal);
    }

    /// <summary>What a refusal says is missing must not be a part that the backbone has.</summary>
    [Theory]
    [MemberData(nameof(UnsupportedTypes))]
    public void A_refusal_names_no_part_that_the_backbone_has(string type)
    {
        using var folder = new ReleasedFolder("dots1", change: config => config["model_type"] = type).Write();
        string[] there =
        [
            "sinks", "alternating", "sliding", "norms after", "1 + w", "scaled embeddings", "correction bias", "sigmoid", "yarn", "biased",
            "partly", "latent attention", "dynamic", "alpha", "fp8", "groups", "shared experts", "query-key norm", "gelu",
        ];

        var message = Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, null)).Message;

        var reason = message[message.IndexOf(" has ", StringComparison.Ordinal)..message.IndexOf(", which", StringComparison.Ordinal)];
        Assert.All(there, part => Assert.DoesNotContain(part, reason, StringComparison.OrdinalIgnoreCase));
    }

    private static ReleasedFolder Folder(string family, string settings) => new(family, change: config =>
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
}
