namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>The backbone and mixture that a <c>config.json</c> describes.</summary>
/// <param name="Family">The architecture.</param>
/// <param name="Model">The backbone; <see cref="ModelConfig.MoeBlocks"/> names the blocks with a mixture.</param>
/// <param name="Mixture">The mixture; null for a dense model.</param>
internal sealed record HuggingFaceBackbone(HuggingFaceFamily Family, ModelConfig Model, MixtureDescription? Mixture)
{
    private const int MostBlocks = 10_000;

    /// <summary>How weights are quantised in blocks; null where they are not.</summary>
    public HuggingFaceQuantization? Quantization { get; init; }

    /// <summary>Understands a file.</summary>
    /// <exception cref="ConfigurationException">The architecture, or an option of it, cannot be loaded; the message names it.</exception>
    /// <exception cref="StorageException">The file does not state what it must, or states nonsense.</exception>
    public static HuggingFaceBackbone Of(HuggingFaceConfig config)
    {
        var family = StatedFamily.Of(config);
        var problems = HuggingFaceRefusals.Of(config, family);
        var rotary = HuggingFaceRotary.Of(config, family, problems);
        var quantization = HuggingFaceQuantization.Of(config, family, problems);
        ConfigurationException.ThrowIfAny(problems);
        var mixture = family.Mixture is { } names ? MixtureSettings.Of(config, names) : null;
        var model = Backbone(config, family, rotary);
        var layers = model.Layers is >= 1 and <= MostBlocks ? model.Layers : throw Nonsense(config, $"num_hidden_layers is {model.Layers}");
        if (family.Mixture is { } mixtureNames && mixture is not null)
        {
            var blocks = MixtureSettings.Blocks(config, mixtureNames, layers);
            model = model with
            {
                MoeBlocks = blocks.Count == layers ? null : blocks,
                Hidden = blocks.Count == layers ? mixture.Hidden : config.Int("intermediate_size"),
            };
        }

        model = Windowed(config, family, model);
        return model.Problems() is { Count: > 0 } wrong ? throw Nonsense(config, string.Join(" ", wrong))
            : !family.Latent && (int)(model.RotaryFraction * model.HeadWidth) % 2 != 0
            ? throw Nonsense(config, $"{(int)(model.RotaryFraction * model.HeadWidth)} rotary channels cannot be turned in pairs")
            : new HuggingFaceBackbone(family, model, mixture) { Quantization = quantization };
    }

    /// <summary>What a file describes that is no model.</summary>
    public static StorageException Nonsense(HuggingFaceConfig config, string what) =>
        new(config.Path, StorageCause.Damaged, $"{config.Path} describes no model: {what}");

    private static ModelConfig Backbone(HuggingFaceConfig config, HuggingFaceFamily family, HuggingFaceRotary rotary)
    {
        var heads = config.Int("num_attention_heads");
        var bias = family.BiasKey is { } key ? config.Bool(key, family.Bias) : family.Bias;
        var headNorm = family.HeadNorm != HeadNorm.None
            && (family.HeadNormKey is not { } normKey || config.Bool(normKey, family.HeadNormAbsent));
        return new ModelConfig
        {
            Vocabulary = config.Int("vocab_size"),
            Dim = config.Int("hidden_size"),
            Layers = config.Int("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = family.Latent ? null : config.Int("num_key_value_heads", heads),
            HeadDim = config.Has("head_dim") && !family.Latent ? config.Int("head_dim") : null,
            Hidden = config.Has("intermediate_size") || family.Mixture is null ? config.Int("intermediate_size") : 1,
            Context = Context(config, family),
            NormEpsilon = config.Double("rms_norm_eps", family.NormEpsilon),
            NormPlacement = family.NormPlacement,
            NormUnitOffset = family.NormUnitOffset,
            RotaryFraction = rotary.Fraction,
            RotaryBase = rotary.Base,
            RotaryScaling = rotary.Scaling,
            RotaryLayout = family.Latent && config.Bool("rope_interleave", true) ? RotaryLayout.Interleaved : family.RotaryLayout,
            LatentAttention = family.Latent ? HuggingFaceLatents.Of(config) : null,
            TieEmbeddings = config.Bool("tie_word_embeddings", family.Tied),
            AttentionBias = bias,
            AttentionOutputBias = bias && family.OutputBias,
            AttentionSinks = family.Sinks,
            QueryKeyNorm = headNorm,
            QueryKeyNormAcrossHeads = headNorm && family.HeadNorm == HeadNorm.AcrossHeads,
            QueryKeyNormAfterRotary = headNorm && family.HeadNormAfterRotary,
            // Where Granite's files do not state it, its code does not divide by the root of the width either.
            AttentionScale = family.Factors ? config.Double("attention_multiplier", 1)
                : family.Latent ? HuggingFaceLatents.Scale(config, rotary) : null,
            EmbeddingScale = family.EmbeddingByWidth ? Math.Sqrt(config.Int("hidden_size")) : Factor("embedding_multiplier"),
            ResidualScale = Factor("residual_multiplier"),
            LogitScale = Factor("logits_scaling") is { } divisor ? 1 / divisor : null,
            Activation = Gated(ActivationOf(config, family)),
        };

        double? Factor(string name) => family.Factors && config.Double(name, 1) is var factor and not 1 ? factor : null;
    }

    /// <summary>What <c>hidden_activation</c> says, which some files state beside the older <c>hidden_act</c>, or that says.</summary>
    public static string ActivationOf(HuggingFaceConfig config, HuggingFaceFamily family) =>
        config.Text("hidden_activation", config.Text("hidden_act", family.Activation));

    private static Activation Gated(string activation) => activation switch
    {
        "gelu" => Activation.GeGlu,
        "gelu_pytorch_tanh" => Activation.GeGluTanh,
        _ => Activation.SwiGlu,
    };

    /// <summary>Within a sliding window every token sees all before it: there both models are the same.</summary>
    private static int Context(HuggingFaceConfig config, HuggingFaceFamily family)
    {
        var context = config.Int("max_position_embeddings");
        var windowed = !family.WindowHasSwitch || config.Bool("use_sliding_window", false);
        return windowed && family.WindowBlocks == WindowBlocks.ShortenContext
            ? Math.Min(context, WindowOf(config, family) ?? context)
            : context;
    }

    private static int? WindowOf(HuggingFaceConfig config, HuggingFaceFamily family) =>
        config.Has("sliding_window") ? config.Int("sliding_window") : config.States("sliding_window") ? null : family.Window;

    private static ModelConfig Windowed(HuggingFaceConfig config, HuggingFaceFamily family, ModelConfig model)
    {
        if (family.WindowBlocks == WindowBlocks.ShortenContext || WindowOf(config, family) is not { } window)
        {
            return model;
        }

        var types = config.Texts("layer_types");
        if (types.Count > 0 && types.Count != model.Layers)
        {
            throw Nonsense(config, $"layer_types has {types.Count} entries for {model.Layers} layers");
        }

        var last = config.Int("max_window_layers", model.Layers);
        var blocks = Enumerable.Range(0, model.Layers)
            .Where(block => types.Count > 0 ? types[block] == "sliding_attention"
                : family.WindowBlocks == WindowBlocks.EverySecond ? block % 2 == 0
                : block >= last)
            .ToList();
        return blocks.Count == 0 || window >= model.Context ? model
            : model with { Window = window, WindowBlocks = blocks.Count == model.Layers ? null : blocks };
    }
}
