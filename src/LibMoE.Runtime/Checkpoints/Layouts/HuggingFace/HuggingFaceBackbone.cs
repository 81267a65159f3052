namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The backbone and mixture that a <c>config.json</c> describes.</summary>
/// <param name="Family">The architecture.</param>
/// <param name="Model">The backbone; <see cref="ModelConfig.MoeBlocks"/> names the blocks with a mixture.</param>
/// <param name="Mixture">The mixture; null for a dense model.</param>
internal sealed record HuggingFaceBackbone(HuggingFaceFamily Family, ModelConfig Model, MixtureDescription? Mixture)
{
    /// <summary>How many blocks for several tokens at once follow the model's, which are skipped.</summary>
    public int NextTokens { get; init; }

    /// <summary>How weights are quantised; null where they are not.</summary>
    public HuggingFaceQuantization? Quantization { get; init; }

    private const int MostBlocks = 10_000;

    /// <summary>Understands a file.</summary>
    /// <exception cref="ConfigurationException">The architecture, or an option of it, cannot be loaded; the message names it.</exception>
    /// <exception cref="StorageException">The file does not state what it must, or states nonsense.</exception>
    public static HuggingFaceBackbone Of(HuggingFaceConfig config)
    {
        var family = HuggingFaceFamilies.Of(config);
        var problems = HuggingFaceRefusals.Of(config, family);
        var rotary = HuggingFaceRotary.Of(config, family, problems);
        var quantization = HuggingFaceQuantization.Of(config, problems);
        ConfigurationException.ThrowIfAny(problems);
        var mixture = family.Mixture is { } names ? Describe(config, names) : null;
        var model = Backbone(config, family, rotary);
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

        return model.Problems() is { Count: > 0 } wrong ? throw Nonsense(config, string.Join(" ", wrong))
            : !family.Latent && (int)(model.RotaryFraction * model.HeadWidth) % 2 != 0
            ? throw Nonsense(config, $"{(int)(model.RotaryFraction * model.HeadWidth)} rotary channels cannot be turned in pairs")
            : new HuggingFaceBackbone(family, model, mixture)
            {
                Quantization = quantization,
                NextTokens = family.NextTokens ? Math.Clamp(config.Int("num_nextn_predict_layers", 0), 0, MostBlocks) : 0,
            };
    }

    private static ModelConfig Backbone(HuggingFaceConfig config, HuggingFaceFamily family, HuggingFaceRotary rotary)
    {
        var heads = config.Int("num_attention_heads");
        return new ModelConfig
        {
            Vocabulary = config.Int("vocab_size"),
            Dim = config.Int("hidden_size"),
            Layers = config.Int("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = family.Latent ? null : config.Int("num_key_value_heads", heads),
            HeadDim = config.Has("head_dim") && !family.Latent ? config.Int("head_dim") : null,
            Hidden = config.Int("intermediate_size"),
            Context = Context(config, family),
            NormEpsilon = config.Double("rms_norm_eps", family.NormEpsilon),
            RotaryFraction = rotary.Fraction,
            RotaryBase = rotary.Base,
            RotaryScaling = rotary.Scaling,
            RotaryLayout = family.Latent && config.Bool("rope_interleave", true) ? RotaryLayout.Interleaved : RotaryLayout.Half,
            LatentAttention = family.Latent ? HuggingFaceLatents.Of(config) : null,
            AttentionScale = family.Latent ? HuggingFaceLatents.Scale(config, rotary) : null,
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
        var window = config.Has("sliding_window") ? config.Int("sliding_window") : config.States("sliding_window") ? null : family.Window;
        var windowed = !family.WindowHasSwitch || config.Bool("use_sliding_window", false);
        return windowed ? Math.Min(context, window ?? context) : context;
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
            names.NormalizeKey is not { } key
                || (config.Bool(key, names.NormalizeAbsent) && (names.NormalizesOne || config.Int("num_experts_per_tok") > 1)),
            shared,
            shared > 0 && names.SharedGate is not null)
        {
            Gate = Gate(config, names),
        };
        return mixture is { Experts: >= 1 and <= 1_000_000, Hidden: >= 1, TopK: >= 1, SharedHidden: >= 0 }
            && mixture.TopK <= mixture.Experts
            ? mixture
            : throw Nonsense(config, $"it states {mixture}");
    }

    private static MixtureGate Gate(HuggingFaceConfig config, MixtureNames names)
    {
        var isGrouped = names.GroupedMethods.Contains(config.Text("topk_method", names.Methods.Concat(names.GroupedMethods).First()));
        var (groups, top) = isGrouped ? (config.Int("n_group", 1), config.Int("topk_group", 1)) : (1, 1);
        if (groups < 1 || top < 1 || config.Int(names.ExpertsKey) % groups != 0)
        {
            throw Nonsense(config, $"n_group is {groups} and topk_group {top} of {config.Int(names.ExpertsKey)} experts");
        }

        isGrouped = top < groups;
        return new MixtureGate(names.Score, names.ScaleKey is { } key ? config.Double(key, 1) : 1, names.Bias is not null)
        {
            Groups = isGrouped ? groups : 1,
            TopGroups = isGrouped ? top : 1,
            ValuesTwo = isGrouped && names.ValuesTwo,
        };
    }

    private static bool HasMixture(HuggingFaceConfig config, MixtureNames names, int block) => names.Blocks switch
    {
        MixtureBlocks.NotListed => !config.Ints("mlp_only_layers").Contains(block)
            && (block + 1) % Math.Max(1, config.Int("decoder_sparse_step", 1)) == 0,
        MixtureBlocks.AfterFirst => block >= config.Int("first_k_dense_replace", 0)
            && block % Math.Max(1, config.Int("moe_layer_freq", 1)) == 0,
        _ => true,
    };

    private static StorageException Nonsense(HuggingFaceConfig config, string what) =>
        new(config.Path, StorageCause.Damaged, $"{config.Path} describes no model: {what}");
}
