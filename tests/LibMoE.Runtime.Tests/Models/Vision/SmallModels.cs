namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>A vision-language model that tests can run in no time.</summary>
internal static class SmallModels
{
    public static VisionLanguageConfig Config { get; } = new()
    {
        Vision = new VisionConfig { ImageSize = 8, PatchSize = 4, Dim = 12, Layers = 2, Heads = 2, Hidden = 10 },
        Connector = new ConnectorConfig { Hidden = 14 },
        Language = new ModelConfig
        {
            Vocabulary = 13,
            Dim = 16,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            Hidden = 12,
            Context = 40,
            MatrixStd = 0.4,
            EmbeddingStd = 1,
            HeadStd = 0.3,
        },
    };

    public static VisionLanguageVariants Mixtures { get; } =
        new(MoeVariant.Of<FourQuick>(), MoeVariant.Of<SixGelu>(), MoeVariant.Of<FourSwiGlu>());
}
