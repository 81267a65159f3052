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
            HeadDim = 12,
            RotaryFraction = 0.75,
            RotaryScaling = Yarn with { ExactChannels = true, SlowTurns = 1.5 }
        },
        ["YaRN of one length"] = Small with { RotaryScaling = Yarn with { AttentionFactor = 1 }, RotaryLayout = RotaryLayout.Interleaved },
        ["a scale of its own"] = Small with { AttentionScale = 0.2 },
        ["windows everywhere"] = Small with { Window = 5 },
        ["a window of one"] = Small with { Window = 1 },
        ["windows wider than the text"] = Small with { Window = 24, WindowBlocks = [1] },
        ["windows in every second block"] = Small with { Layers = 3, Window = 4, WindowBlocks = [0, 2] },
        ["sinks"] = Small with { AttentionSinks = true },
        ["sinks in heads of odd width"] = Small with { AttentionSinks = true, HeadDim = 5, AttentionScale = 0.3 },
        ["gpt-oss"] = Small with
        {
            AttentionSinks = true,
            Window = 3,
            WindowBlocks = [0],
            AttentionBias = true,
            AttentionOutputBias = true,
            RotaryScaling = Yarn with { ExactChannels = true },
        },
        ["norms after parts"] = Small with { NormPlacement = NormPlacement.After, QueryKeyNorm = true, QueryKeyNormAcrossHeads = true },
        ["norms before and after parts"] = Small with { NormPlacement = NormPlacement.Both },
        ["norms of 1 + w"] = Small with { NormUnitOffset = true, QueryKeyNorm = true, EmbeddingScale = Math.Sqrt(12) },
        ["layer norms of 1 + w"] = Small with { Norm = NormKind.Layer, NormBias = true, NormUnitOffset = true },
        ["norms after the rotary embedding"] = Small with { QueryKeyNorm = true, QueryKeyNormAfterRotary = true },
        ["Granite"] = Small with { EmbeddingScale = 3, ResidualScale = 0.4, LogitScale = 0.25, AttentionScale = 0.1, TieEmbeddings = true },
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
