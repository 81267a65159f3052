namespace LibMoE.Runtime;

/// <summary>Published vision-language models.</summary>
public static class VisionLanguagePresets
{
    /// <summary>The image encoder of SigLIP's shape-optimised 400 M model for images of 224 pixels (Zhai et al. 2023, Alabdulmohsin et
    /// al. 2023).</summary>
    public static VisionConfig SigLipSo400M { get; } = new()
    {
        ImageSize = 224,
        PatchSize = 14,
        Dim = 1152,
        Layers = 27,
        Heads = 16,
        Hidden = 4304,
        Activation = Activation.GeluTanh,
        NormEpsilon = 1e-6,
        ClassToken = false,
        PatchBias = true,
        PreNorm = false,
    };

    /// <summary>The image encoder of CLIP's ViT-L/14 for images of 336 pixels (Radford et al. 2021).</summary>
    public static VisionConfig ClipLarge336 { get; } = new()
    {
        ImageSize = 336,
        PatchSize = 14,
        Dim = 1024,
        Layers = 24,
        Heads = 16,
        Hidden = 4096,
    };

    /// <summary>Phi-3.5-mini, with the context that LibMoE trains it with.</summary>
    public static ModelConfig Phi35Mini { get; } = new()
    {
        Vocabulary = 32064,
        Dim = 3072,
        Layers = 32,
        Heads = 32,
        Hidden = 8192,
        Context = 2048,
    };

    /// <summary>LibMoE's vision-language model: SigLIP at two scales, a connector of two layers, Phi-3.5-mini. Its mixtures have six
    /// experts, three picked, in every encoder block and in the connector, none in the language model.</summary>
    public static VisionLanguageConfig LibMoE { get; } = new()
    {
        Vision = SigLipSo400M with { Scales = [1, 3] },
        Language = Phi35Mini,
    };
}
