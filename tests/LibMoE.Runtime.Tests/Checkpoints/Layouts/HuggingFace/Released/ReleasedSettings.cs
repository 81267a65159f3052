using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Settings as releases state them, with small numbers in them.</summary>
internal static class ReleasedSettings
{
    private const string Common = """
        "vocab_size": 13, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
        "max_position_embeddings": 20, "hidden_act": "silu", "initializer_range": 0.02, "use_cache": true
        """;

    private static readonly Dictionary<string, string> Own = new()
    {
        ["dots1"] = """
            "architectures": ["Dots1ForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6, "n_routed_experts": 8,
            "n_shared_experts": 2, "num_experts_per_tok": 3, "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": true,
            "routed_scaling_factor": 2.5, "scoring_func": "sigmoid", "topk_method": "noaux_tc", "n_group": 1, "topk_group": 1,
            "head_dim": 6, "rms_norm_eps": 1e-5, "rope_theta": 700.0, "rope_scaling": null, "attention_bias": false,
            "tie_word_embeddings": false, "sliding_window": 4, "max_window_layers": 3, "use_sliding_window": false
            """,
        ["glm4_moe"] = """
            "architectures": ["Glm4MoeForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6, "n_routed_experts": 8,
            "n_shared_experts": 1, "num_experts_per_tok": 3, "first_k_dense_replace": 1, "norm_topk_prob": true,
            "routed_scaling_factor": 2.5, "n_group": 1, "topk_group": 1, "head_dim": 8, "partial_rotary_factor": 0.5,
            "rms_norm_eps": 1e-5, "rope_theta": 700, "rope_scaling": null, "attention_bias": true, "use_qk_norm": true,
            "num_nextn_predict_layers": 1, "tie_word_embeddings": false
            """,
        ["solar_open"] = """
            "architectures": ["SolarOpenForCausalLM"], "moe_intermediate_size": 6, "n_routed_experts": 8, "n_shared_experts": 1,
            "num_experts_per_tok": 3, "norm_topk_prob": true, "routed_scaling_factor": 1.0, "n_group": 1, "topk_group": 1, "head_dim": 8,
            "rms_norm_eps": 1e-5, "rope_theta": 700, "partial_rotary_factor": 1.0, "attention_bias": false, "tie_word_embeddings": false,
            "rope_scaling": {"type": "yarn", "factor": 2.0, "original_max_position_embeddings": 10, "beta_fast": 2, "beta_slow": 0.2}
            """,
        ["hy_v3"] = """
            "architectures": ["HYV3ForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6, "expert_hidden_dim": 6,
            "num_experts": 8, "num_experts_per_tok": 3, "num_shared_experts": 1, "first_k_dense_replace": 1, "head_dim": 6,
            "rms_norm_eps": 1e-5, "rope_parameters": {"rope_theta": 700.0, "rope_type": "default"}, "qk_norm": true, "route_norm": true,
            "router_scaling_factor": 2.826, "moe_router_use_sigmoid": true, "moe_router_enable_expert_bias": true,
            "enable_moe_fp32_combine": false, "tie_word_embeddings": false, "num_nextn_predict_layers": 1
            """,
        ["minimax_m2"] = """
            "architectures": ["MiniMaxM2ForCausalLM"], "intermediate_size": 6, "num_local_experts": 8, "num_experts_per_tok": 3,
            "head_dim": 8, "rotary_dim": 4, "rms_norm_eps": 1e-6, "rope_theta": 700, "attn_type_list": [1, 1, 1], "use_qk_norm": true,
            "qk_norm_type": "per_layer", "scoring_func": "sigmoid", "use_routing_bias": true, "shared_intermediate_size": 0,
            "layernorm_mlp_beta": 1.0, "router_aux_loss_coef": 0.001, "use_mtp": true, "num_mtp_modules": 1, "tie_word_embeddings": false
            """,
        ["ernie4_5_moe"] = """
            "architectures": ["Ernie4_5_MoeForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6, "moe_num_experts": 8,
            "moe_k": 3, "moe_num_shared_experts": 2, "moe_layer_start_index": 1, "moe_layer_end_index": -1, "moe_layer_interval": 1,
            "moe_use_aux_free": true, "moe_norm_min": 1e-12, "head_dim": 8, "rms_norm_eps": 1e-5, "rope_theta": 700.0, "use_bias": false,
            "num_nextn_predict_layers": 1, "router_aux_loss_coef": 0.001, "tie_word_embeddings": true
            """,
        ["bailing_moe"] = """
            "architectures": ["BailingMoeForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6, "num_experts": 8,
            "num_shared_experts": 2, "num_experts_per_tok": 3, "first_k_dense_replace": 0, "norm_topk_prob": true, "norm_head": false,
            "norm_softmax": false, "rms_norm_eps": 1e-6, "rope_theta": 700, "rope_scaling": null, "use_bias": false,
            "use_qkv_bias": false, "tie_word_embeddings": false
            """,
        ["bailing_moe_v2"] = """
            "architectures": ["BailingMoeV2ForCausalLM"], "intermediate_size": 10, "moe_intermediate_size": 6,
            "moe_shared_expert_intermediate_size": 6, "num_experts": 8, "num_shared_experts": 1, "num_experts_per_tok": 3, "n_group": 4,
            "topk_group": 2, "norm_topk_prob": true, "moe_router_enable_expert_bias": true, "routed_scaling_factor": 2.5,
            "score_function": "sigmoid", "router_dtype": "fp32", "first_k_dense_replace": 1, "head_dim": 8, "partial_rotary_factor": 0.5,
            "rms_norm_eps": 1e-6, "rope_theta": 700, "rope_scaling": null, "use_bias": false, "use_qkv_bias": false, "use_qk_norm": true,
            "use_rmsnorm": true, "num_nextn_predict_layers": 1, "tie_word_embeddings": false
            """,
        ["gpt_oss"] = """
            "architectures": ["GptOssForCausalLM"], "hidden_size": 32, "intermediate_size": 32, "num_local_experts": 6,
            "num_experts_per_tok": 3, "experts_per_token": 3, "head_dim": 8, "rms_norm_eps": 1e-5, "rope_theta": 150,
            "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 2.0, "beta_slow": 0.2, "truncate": false,
              "original_max_position_embeddings": 5}, "initial_context_length": 5, "attention_bias": true, "sliding_window": 4,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"], "swiglu_limit": 7.0,
            "router_aux_loss_coef": 0.9, "tie_word_embeddings": false
            """,
        ["hunyuan_v1_moe"] = """
            "architectures": ["HunYuanMoEV1ForCausalLM"], "intermediate_size": 6, "moe_intermediate_size": [6, 6, 6], "num_experts": 8,
            "moe_topk": [3, 3, 3], "num_shared_expert": [1, 1, 1], "use_mixed_mlp_moe": true, "moe_drop_tokens": false,
            "moe_layer_num_skipped": 0, "attention_head_dim": 8, "head_dim": 8, "norm_type": "rms", "rms_norm_eps": 1e-5,
            "rope_theta": 70.0, "rope_scaling": {"alpha": 20.0, "beta_fast": 32, "beta_slow": 1, "factor": 1.0, "mscale": 1.0,
              "mscale_all_dim": 1.0, "type": "dynamic"}, "use_qk_norm": true, "use_cla": false, "q_lora_rank": null,
            "kv_lora_rank": null, "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true
            """,
        ["granitemoe"] = """
            "architectures": ["GraniteMoeForCausalLM"], "intermediate_size": 6, "num_local_experts": 8, "num_experts_per_tok": 3,
            "rms_norm_eps": 1e-6, "rope_theta": 700, "attention_bias": false, "attention_multiplier": 0.3, "embedding_multiplier": 3.0,
            "residual_multiplier": 0.4, "logits_scaling": 2.0, "router_aux_loss_coef": 0.001, "tie_word_embeddings": true
            """,
        ["granitemoeshared"] = """
            "architectures": ["GraniteMoeSharedForCausalLM"], "intermediate_size": 6, "shared_intermediate_size": 10,
            "num_local_experts": 8, "num_experts_per_tok": 3, "rms_norm_eps": 1e-6, "rope_theta": 700, "attention_bias": false,
            "attention_multiplier": 0.3, "embedding_multiplier": 3.0, "residual_multiplier": 0.4, "logits_scaling": 2.0,
            "tie_word_embeddings": true
            """,
        ["granite"] = """
            "architectures": ["GraniteForCausalLM"], "intermediate_size": 10, "rms_norm_eps": 1e-6, "rope_theta": 700,
            "attention_bias": false, "attention_multiplier": 0.3, "embedding_multiplier": 3.0, "residual_multiplier": 0.4,
            "logits_scaling": 2.0, "tie_word_embeddings": true
            """,
        ["flex_olmo"] = """
            "architectures": ["FlexOlmoForCausalLM"], "intermediate_size": 6, "num_experts": 8, "num_experts_per_tok": 3,
            "norm_topk_prob": false, "rms_norm_eps": 1e-6, "rope_theta": 700, "attention_bias": false, "tie_word_embeddings": false
            """,
        ["olmo2"] = """
            "architectures": ["Olmo2ForCausalLM"], "intermediate_size": 10, "rms_norm_eps": 1e-6, "rope_theta": 700,
            "attention_bias": false, "tie_word_embeddings": false
            """,
        ["gemma"] = """
            "architectures": ["GemmaForCausalLM"], "intermediate_size": 10, "head_dim": 8, "hidden_act": "gelu_pytorch_tanh",
            "hidden_activation": null, "rms_norm_eps": 1e-6, "rope_theta": 700
            """,
    };

    /// <summary>The families.</summary>
    public static IEnumerable<string> Families => Own.Keys;

    /// <summary>A family's settings, to be changed.</summary>
    public static JsonObject Of(string family)
    {
        var config = JsonNode.Parse($$"""{ "model_type": "{{family}}", {{Common}} }""")!.AsObject();
        foreach (var (key, value) in JsonNode.Parse($"{{ {Own[family]} }}")!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        return config;
    }
}
