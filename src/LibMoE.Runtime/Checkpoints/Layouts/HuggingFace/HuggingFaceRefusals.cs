namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>Settings of a <c>config.json</c> that change the forward pass in a way that the backbone does not have. What is not looked at
/// here or in <see cref="HuggingFaceBackbone"/> changes no number, or comes with tensors of its own, which are listed as unknown.</summary>
internal static class HuggingFaceRefusals
{
    private static readonly string[] Absent =
        ["clip_qkv", "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping", "attention_chunk_size"];

    private static readonly string[] One = ["routed_scaling_factor", "logit_scale"];

    private static readonly string[] Factors = ["logits_scaling", "embedding_multiplier", "residual_multiplier"];

    /// <summary>What cannot be loaded, one sentence each.</summary>
    public static List<string> Of(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var (problems, names) = (new List<string>(), family.Mixture);
        Refuse(!family.Activations.Contains(HuggingFaceBackbone.ActivationOf(config, family)), "hidden_act",
            family.Activations.Contains("gelu") ? "silu or gelu (exact)" : string.Join(" or ", family.Activations));
        Refuse(family.BiasKey != "attention_bias" && config.Bool("attention_bias", false), "attention_bias",
            "false, as the output projection has no bias here");
        Refuse(config.Bool("mlp_bias", false), "mlp_bias", "false");
        Refuse(!family.Latent && config.Bool("rope_interleave", false), "rope_interleave", "false");
        Refuse(family is { Latent: true, StatesInterleaving: false } && !config.Bool("rope_interleave", true), "rope_interleave", "true");
        Refuse(family.Latent && config.Has("num_key_value_heads")
            && config.Int("num_key_value_heads") != config.Int("num_attention_heads"), "num_key_value_heads", "num_attention_heads");
        Array.ForEach(Absent, key => Refuse(config.Has(key), key, "null"));
        Array.ForEach(One, key => Refuse(key != names?.ScaleKey && config.Double(key, 1) != 1, key, "1"));
        Array.ForEach(Factors, key => Refuse(!family.Factors && config.Double(key, 1) != 1, key, "1"));
        Refuse(!family.Factors && config.Has("attention_multiplier"), "attention_multiplier", "null");
        Refuse(!family.Latent && (config.Has("q_lora_rank") || config.Has("kv_lora_rank")), "kv_lora_rank",
            $"absent: {family.ModelType} has no multi-head latent attention (MLA)");
        var score = (names?.Score ?? RouterScore.Softmax) == RouterScore.Softmax ? "softmax" : "sigmoid";
        Refuse(config.Text("scoring_func", score) != score, "scoring_func", score);
        Refuse(config.Text("score_function", score) != score, "score_function", score);
        string[] methods = score != "softmax" ? ["noaux_tc"] : names?.GroupedMethod is { } grouped ? ["greedy", "gready", grouped]
            : ["greedy", "gready"];
        Refuse(!methods.Contains(config.Text("topk_method", methods[0])), "topk_method", methods[0]);
        Refuse(names?.Groups != true && config.Int("n_group", 1) > 1 && config.Int("topk_group", 1) != config.Int("n_group", 1),
            "n_group", "1");
        Refuse(config.Texts("layer_types").Any(type => type is not ("full_attention" or "sliding_attention")), "layer_types",
            "full or sliding attention");
        if (family.Latent && names is { NormalizeKey: { } key, ScaleKey: { } scale } && config.Bool(key, names.Normalize))
        {
            // Here the authors' code and Hugging Face's compute different weights.
            Refuse(config.Int(names.TopKKey) == 1, names.TopKKey, $"above 1 while {key} is true");
            Refuse(score == "softmax" && config.Double(scale, 1) != 1, scale, $"1 while {key} is true");
        }

        foreach (var setting in family.Fixed)
        {
            Refuse(config.Items(setting.Key).Except(setting.Values).Any(), setting.Key, string.Join(" or ", setting.Values));
        }

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
