namespace LibMoE.Runtime.Tests.Models;

/// <summary>Small backbones, each with a part that others lack: what one test shows of one, it shows of all.</summary>
internal static class BackboneParts
{
    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        Hidden = 10,
        Context = 24,
        MatrixStd = 0.3,
        EmbeddingStd = 1,
        HeadStd = 0.3,
        RotaryBase = 500,
    };

    private static readonly RotaryScaling Yarn = new() { Kind = RotaryScalingKind.Yarn, Factor = 4, FirstContext = 100, FastTurns = 12 };

    public static IReadOnlyDictionary<string, ModelConfig> All { get; } = new Dictionary<string, ModelConfig>
    {
        ["plain"] = Small,
        ["YaRN"] = Small with { RotaryScaling = Yarn },
        ["YaRN between exact pairs, partly rotary"] = Small with
        {
            HeadDim = 12, RotaryFraction = 0.75, RotaryScaling = Yarn with { ExactChannels = true, SlowTurns = 1.5 }
        },
        ["YaRN of one length"] = Small with { RotaryScaling = Yarn with { AttentionFactor = 1 }, RotaryLayout = RotaryLayout.Interleaved },
        ["a scale of its own"] = Small with { AttentionScale = 0.2 },
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
