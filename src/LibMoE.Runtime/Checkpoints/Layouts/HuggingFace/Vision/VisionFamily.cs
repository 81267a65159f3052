namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.Vision;

/// <summary>An architecture of image encoders that Hugging Face folders name in <c>model_type</c>: what it has, and what its settings are
/// where a file does not state them. A new one is one row in <see cref="All"/>.</summary>
/// <param name="ModelType">The name of the encoder alone.</param>
/// <param name="WholeType">The name of the model that it is one half of, whose settings for it stand under <c>vision_config</c>.</param>
/// <param name="PatchSize">What <c>patch_size</c> is where a file does not state it.</param>
/// <param name="Activation">What <c>hidden_act</c> is where a file does not state it.</param>
/// <param name="Traits">The parts that the family has.</param>
/// <param name="Processor">How its images are prepared.</param>
internal sealed record VisionFamily(
    string ModelType, string WholeType, int PatchSize, string Activation, VisionConfig Traits, ImageProcessor Processor)
{
    /// <summary>Every family that can be loaded. SigLIP2's checkpoints of fixed size are SigLIP's by their files; the sizes that
    /// transformers has as defaults are CLIP's base model's in both.</summary>
    public static IReadOnlyList<VisionFamily> All { get; } =
    [
        new("clip_vision_model", "clip", 32, "quick_gelu", new VisionConfig { NormEpsilon = 1e-5 }, ImageProcessor.Clip),
        new(
            "siglip_vision_model", "siglip", 16, "gelu_pytorch_tanh",
            new VisionConfig { NormEpsilon = 1e-6, ClassToken = false, PatchBias = true, PreNorm = false }, ImageProcessor.SigLip),
    ];

    /// <summary>What <c>hidden_act</c> can be.</summary>
    private static readonly Dictionary<string, Activation> Activations = new()
    {
        ["quick_gelu"] = Runtime.Activation.QuickGelu,
        ["gelu"] = Runtime.Activation.Gelu,
        ["gelu_pytorch_tanh"] = Runtime.Activation.GeluTanh,
        ["gelu_new"] = Runtime.Activation.GeluTanh,
        ["relu"] = Runtime.Activation.Relu,
    };

    /// <summary>The family that a file states, and its settings for the encoder.</summary>
    /// <exception cref="ConfigurationException">It is not known; the message says which can be loaded.</exception>
    public static (VisionFamily Family, HuggingFaceConfig Settings) Of(HuggingFaceConfig config)
    {
        var type = config.ModelType;
        var family = All.FirstOrDefault(family => type == family.ModelType || type == family.WholeType);
        if (family is null)
        {
            var known = string.Join(", ", All.SelectMany(row => new[] { row.ModelType, row.WholeType }));
            throw new ConfigurationException(type is "siglip2" or "siglip2_vision_model"
                ? $"{config.Path}: {type} takes patches of any number and shape (NaFlex), which the encoder here does not; "
                    + "SigLIP2's models of fixed size can be loaded, whose type is siglip."
                : $"{config.Path}: {Common.MessageText.Quote(type)} is no image encoder that is known; these can be loaded: {known}.");
        }

        var whole = type == family.WholeType;
        return (family, whole ? config.Part("vision_config") ?? throw new StorageException(
            config.Path, StorageCause.Damaged, $"{config.Path} does not state vision_config") : config);
    }

    /// <summary>The encoder that the settings describe.</summary>
    /// <exception cref="ConfigurationException">A setting cannot be loaded; the message names it.</exception>
    /// <exception cref="StorageException">The file states nonsense.</exception>
    public VisionConfig Describe(HuggingFaceConfig settings)
    {
        var name = settings.Text("hidden_act", Activation);
        if (!Activations.TryGetValue(name, out var activation))
        {
            throw new ConfigurationException(
                $"{settings.Path}: {settings.NameOf("hidden_act")} is {Common.MessageText.Quote(name)}; "
                + $"an encoder can be loaded where it is {string.Join(", ", Activations.Keys)}.");
        }

        var config = Traits with
        {
            ImageSize = settings.Int("image_size", 224),
            PatchSize = settings.Int("patch_size", PatchSize),
            Channels = settings.Int("num_channels", 3),
            Dim = settings.Int("hidden_size", 768),
            Layers = settings.Int("num_hidden_layers", 12),
            Heads = settings.Int("num_attention_heads", 12),
            Hidden = settings.Int("intermediate_size", 3072),
            NormEpsilon = settings.Double("layer_norm_eps", Traits.NormEpsilon),
            Activation = activation,
        };
        return config.Problems() is { Count: > 0 } wrong
            ? throw new StorageException(
                settings.Path, StorageCause.Damaged, $"{settings.Path} describes no image encoder: {string.Join(" ", wrong)}")
            : config;
    }
}
