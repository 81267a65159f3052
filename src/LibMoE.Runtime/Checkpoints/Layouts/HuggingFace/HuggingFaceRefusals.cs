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

    /// <summary>What cannot be loaded, one sentence each.</summary>
    public static List<string> Of(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var problems = new List<string>();
        Refuse(config.Text("hidden_act", "silu") is not ("silu" or "gelu"), "hidden_act", "silu or gelu (exact)");
        Refuse(family.BiasKey != "attention_bias" && config.Bool("attention_bias", false), "attention_bias",
            "false, as the output projection has no bias here");
        Refuse(config.Bool("mlp_bias", false), "mlp_bias", "false");
        Refuse(!family.Latent && config.Bool("rope_interleave", false), "rope_interleave", "false");
        Refuse(family is { Latent: true, StatesInterleaving: false } && !config.Bool("rope_interleave", true), "rope_interleave", "true");
        Array.ForEach(Absent, key => Refuse(config.Has(key), key, "null"));
        foreach (var key in One.Where(key => key != family.Mixture?.ScaleKey))
        {
            Refuse(config.Double(key, 1) != 1, key, "1");
        }

        RefuseGates(config, family.Mixture, Refuse);
        Refuse(family.Latent && config.Has("num_key_value_heads")
            && config.Int("num_key_value_heads") != config.Int("num_attention_heads"), "num_key_value_heads", "num_attention_heads");
        Refuse(!family.Latent && (config.Has("q_lora_rank") || config.Has("kv_lora_rank")), "kv_lora_rank",
            $"absent: {family.ModelType} has no multi-head latent attention (MLA)");
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

    private static void RefuseGates(HuggingFaceConfig config, MixtureNames? names, Action<bool, string, string> refuse)
    {
        var score = (names?.Score ?? MixtureScore.Softmax).ToString().ToLowerInvariant();
        refuse(config.Text("scoring_func", score) != score, "scoring_func", score);
        string[] methods = [.. names?.Methods ?? ["greedy", "gready"], .. names?.GroupedMethods ?? []];
        var method = config.Text("topk_method", methods[0]);
        refuse(!methods.Contains(method), "topk_method", methods[0]);
        var isGrouped = names?.GroupedMethods.Contains(method) == true;
        refuse(!isGrouped && names?.GroupedMethods.Count is null or 0 && config.Int("n_group", 1) > 1, "n_group", "1");
        if (names?.GroupedMethods.Count > 0 && names.NormalizeKey is { } key && config.Bool(key, names.NormalizeAbsent))
        {
            // Here the authors' code and Hugging Face's compute different weights.
            refuse(config.Int("num_experts_per_tok") == 1, "num_experts_per_tok", $"above 1 while {key} is true");
            var (scale, isSoftmax) = (names.ScaleKey!, names.Score == MixtureScore.Softmax);
            refuse(isSoftmax && config.Double(scale, 1) != 1, scale, $"1 while {key} is true");
        }
    }
}
