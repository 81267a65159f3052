namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>Settings of a <c>config.json</c> that change the forward pass in a way that the backbone does not have. What is not looked at
/// here or in <see cref="HuggingFaceBackbone"/> changes no number, or comes with tensors of its own, which are listed as unknown.</summary>
internal static class HuggingFaceRefusals
{
    private static readonly string[] Absent =
        ["clip_qkv", "attention_multiplier", "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping",
            "attention_chunk_size"];

    private static readonly string[] One =
        ["routed_scaling_factor", "logit_scale", "logits_scaling", "embedding_multiplier", "residual_multiplier"];

    private static readonly string[] False = ["mlp_bias", "rope_interleave"];

    /// <summary>What cannot be loaded, one sentence each.</summary>
    public static List<string> Of(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var problems = new List<string>();
        Refuse(config.Text("hidden_act", "silu") is not ("silu" or "gelu"), "hidden_act", "silu or gelu (exact)");
        Refuse(family.BiasKey != "attention_bias" && config.Bool("attention_bias", false), "attention_bias",
            "false, as the output projection has no bias here");
        Array.ForEach(False, key => Refuse(config.Bool(key, false), key, "false"));
        Array.ForEach(Absent, key => Refuse(config.Has(key), key, "null"));
        Array.ForEach(One, key => Refuse(config.Double(key, 1) != 1, key, "1"));
        Refuse(config.Has("quantization_config"), "quantization_config", "absent: quantised weights are not read");
        Refuse(config.Has("q_lora_rank") || config.Has("kv_lora_rank"), "kv_lora_rank",
            "absent: multi-head latent attention (MLA) is not there");
        Refuse(config.Text("scoring_func", "softmax") != "softmax", "scoring_func", "softmax");
        Refuse(config.Text("topk_method", "greedy") is not ("greedy" or "gready"), "topk_method", "greedy");
        Refuse(config.Int("n_group", 1) > 1, "n_group", "1");
        Refuse(config.Texts("layer_types").Any(type => type is not ("full_attention" or "sliding_attention")), "layer_types",
            "full or sliding attention");
        return problems;

        void Refuse(bool found, string key, string allowed)
        {
            if (found)
            {
                problems.Add($"{config.Path}: {key} is {config.Raw(key)}; a model can be loaded where it is {allowed}.");
            }
        }
    }
}
