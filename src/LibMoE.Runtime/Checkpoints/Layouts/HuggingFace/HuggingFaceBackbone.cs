namespace LibMoE.Runtime;

/// <summary>The backbone and mixture that a <c>config.json</c> describes.</summary>
/// <param name="Family">The architecture.</param>
/// <param name="Model">The backbone; <see cref="ModelConfig.MoeBlocks"/> names the blocks with a mixture.</param>
/// <param name="Mixture">The mixture; null for a dense model.</param>
internal sealed record HuggingFaceBackbone(HuggingFaceFamily Family, ModelConfig Model, MixtureDescription? Mixture)
{
    private const int MostBlocks = 10_000;

    /// <summary>Understands a file.</summary>
    /// <exception cref="ConfigurationException">The architecture, or an option of it, cannot be loaded; the message names it.</exception>
    /// <exception cref="StorageException">The file does not state what it must, or states nonsense.</exception>
    public static HuggingFaceBackbone Of(HuggingFaceConfig config)
    {
        var family = HuggingFaceFamilies.Of(config);
        RefuseOptions(config, family);
        var mixture = family.Mixture is { } names ? Describe(config, names) : null;
        var model = Backbone(config, family);
        var layers = model.Layers is >= 1 and <= MostBlocks ? model.Layers : throw Nonsense(config, $"num_hidden_layers is {model.Layers}");
        if (family.Mixture is { } mixtureNames && mixture is not null)
        {
            var blocks = Enumerable.Range(0, layers).Where(block => HasMixture(config, mixtureNames, block)).ToList();
            model = model with
            {
                MoeBlocks = blocks.Count == layers ? null : blocks,
                Hidden = blocks.Count == layers ? mixture.Hidden : config.Int("intermediate_size"),
            };
        }

        return model.Problems() is { Count: > 0 } problems ? throw Nonsense(config, string.Join(" ", problems))
            : model.HeadWidth % 2 != 0 ? throw Nonsense(config, $"heads of {model.HeadWidth} channels cannot be turned in pairs")
            : new HuggingFaceBackbone(family, model, mixture);
    }

    private static ModelConfig Backbone(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var heads = config.Int("num_attention_heads");
        return new ModelConfig
        {
            Vocabulary = config.Int("vocab_size"),
            Dim = config.Int("hidden_size"),
            Layers = config.Int("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = config.Int("num_key_value_heads", heads),
            HeadDim = config.Has("head_dim") ? config.Int("head_dim") : null,
            Hidden = config.Int("intermediate_size"),
            Context = Context(config, family),
            NormEpsilon = config.Double("rms_norm_eps", 1e-6),
            RotaryFraction = config.Double("partial_rotary_factor", 1),
            RotaryBase = config.Part("rope_parameters")?.Double("rope_theta", 10000) ?? config.Double("rope_theta", 10000),
            RotaryLayout = RotaryLayout.Half,
            TieEmbeddings = config.Bool("tie_word_embeddings", false),
            AttentionBias = family.BiasKey is { } key ? config.Bool(key, family.Bias) : family.Bias,
            QueryKeyNorm = family.HeadNorm != HeadNorm.None,
            QueryKeyNormAcrossHeads = family.HeadNorm == HeadNorm.AcrossHeads,
            Activation = config.Text("hidden_act", "silu") == "gelu" ? Activation.GeGlu : Activation.SwiGlu,
        };
    }

    /// <summary>Within a sliding window every token sees all before it: there both models are the same.</summary>
    private static int Context(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var context = config.Int("max_position_embeddings");
        var windowed = config.Has("sliding_window") && (!family.WindowHasSwitch || config.Bool("use_sliding_window", false));
        return windowed ? Math.Min(context, config.Int("sliding_window")) : context;
    }

    private static MixtureDescription Describe(HuggingFaceConfig config, MixtureNames names)
    {
        var hidden = config.Int(names.HiddenKey);
        var shared = names.SharedKey switch
        {
            SharedKey.Width => config.Int("shared_expert_intermediate_size"),
            SharedKey.Count => config.Int("n_shared_experts", 0) * hidden,
            _ => 0,
        };
        var mixture = new MixtureDescription(
            config.Int(names.ExpertsKey),
            hidden,
            config.Int("num_experts_per_tok"),
            names.NormalizeKey is not { } key || config.Bool(key, false),
            shared,
            shared > 0 && names.SharedGate is not null);
        return mixture is { Experts: >= 1 and <= 1_000_000, Hidden: >= 1, TopK: >= 1, SharedHidden: >= 0 } && mixture.TopK <= mixture.Experts
            ? mixture
            : throw Nonsense(config, $"it states {mixture}");
    }

    private static bool HasMixture(HuggingFaceConfig config, MixtureNames names, int block) => names.Blocks switch
    {
        MixtureBlocks.NotListed => !config.Ints("mlp_only_layers").Contains(block) && (block + 1) % Math.Max(1, config.Int("decoder_sparse_step", 1)) == 0,
        MixtureBlocks.AfterFirst => block >= config.Int("first_k_dense_replace", 0) && block % Math.Max(1, config.Int("moe_layer_freq", 1)) == 0,
        _ => true,
    };

    /// <summary>Options that change the forward pass in a way that the backbone does not have.</summary>
    private static void RefuseOptions(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var problems = new List<string>();
        Refuse(config.Text("hidden_act", "silu") is not ("silu" or "gelu"), "hidden_act", "silu or gelu (exact)");
        Refuse(family.BiasKey != "attention_bias" && config.Bool("attention_bias", false), "attention_bias", "false, as the output projection has no bias here");
        Refuse(config.Bool("mlp_bias", false), "mlp_bias", "false");
        Refuse(config.Has("clip_qkv"), "clip_qkv", "null");
        Refuse(config.Has("quantization_config"), "quantization_config", "absent: quantised weights are not read");
        Refuse(config.Text("scoring_func", "softmax") != "softmax", "scoring_func", "softmax");
        Refuse(config.Has("q_lora_rank") || config.Has("kv_lora_rank"), "kv_lora_rank", "absent: multi-head latent attention (MLA) is not there");
        foreach (var name in new[] { "rope_scaling", "rope_parameters" })
        {
            var type = config.Part(name) is { } scaling ? scaling.Text("rope_type", scaling.Text("type", "default")) : "default";
            Refuse(type != "default", name, "null or of the type default");
        }

        Refuse(config.Texts("layer_types").Any(type => type is not ("full_attention" or "sliding_attention")), "layer_types", "full or sliding attention");
        ConfigurationException.ThrowIfAny(problems);

        void Refuse(bool found, string key, string allowed)
        {
            if (found)
            {
                problems.Add($"{config.Path}: {key} is {config.Raw(key)}; a model can be loaded where it is {allowed}.");
            }
        }
    }

    private static StorageException Nonsense(HuggingFaceConfig config, string what) =>
        new(config.Path, StorageCause.Damaged, $"{config.Path} describes no model: {what}");
}
