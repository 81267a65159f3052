using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Whole training steps of small language models: forward, backward, optimiser.</summary>
internal static class TrainingSuite
{
    private static readonly LayerSize Layers = new("4 layers", 2048, 128, 256, 8, 2);
    private static readonly LayerSize Quickstart = new("quickstart", 1024, 64, 64, 16, 2);

    private static readonly ModelConfig FourLayers = new() { Dim = 128, Layers = 4, Heads = 4, Hidden = 512, Context = 128 };
    private static readonly ModelConfig Small = new() { Dim = 64, Layers = 2, Heads = 4, Hidden = 128, Context = 64 };

    public const string MemoryName = "memory/4 layers";

    /// <summary>The peaks of whole steps.</summary>
    public static IReadOnlyList<Result> Memory() => MemorySuite.Run(MemoryName, FourLayerSteps);

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings)
    {
        foreach (var threads in settings.Threads)
        {
            yield return new Contest($"training/4 layers/{threads} threads", threads, FourLayerSteps) { TokensPerStep = Layers.Tokens };
            yield return new Contest($"profile/4 layers/{threads} threads", threads, () => StepParts.All(FourLayers, Layers));
            yield return new Contest($"training/quickstart/{threads} threads", threads, () =>
            [
                TrainingStep.Contender("dense of equal active FLOPs", Small, null, Quickstart.Tokens),
                TrainingStep.Contender(
                    "nn.Linear loop, built-in AdamW", Small, LinearLoopLayer.Variant(Quickstart), Quickstart.Tokens, fused: false),
                TrainingStep.Contender("emitted fp32", Small, Variants.Of(Quickstart), Quickstart.Tokens),
            ])
            { TokensPerStep = Quickstart.Tokens };
        }
    }

    private static IReadOnlyList<Contender> FourLayerSteps() =>
    [
        TrainingStep.Contender("nn.Linear loop, built-in AdamW", FourLayers, LinearLoopLayer.Variant(Layers), Layers.Tokens, fused: false),
        TrainingStep.Contender("emitted fp32", FourLayers, Variants.Of(Layers), Layers.Tokens),
        TrainingStep.Contender("emitted bf16", FourLayers, Variants.Of(Layers), Layers.Tokens, compute: ScalarType.BFloat16),
        TrainingStep.Contender("dense of equal active FLOPs", FourLayers, null, Layers.Tokens),
    ];
}
