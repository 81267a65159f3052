using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Whole training steps of small language models: forward, backward, optimiser.</summary>
internal static class TrainingSuite
{
    private static readonly LayerSize s_layers = new("4 layers", 2048, 128, 256, 8, 2);
    private static readonly LayerSize s_quickstart = new("quickstart", 1024, 64, 64, 16, 2);

    private static readonly ModelConfig s_fourLayers = new() { Dim = 128, Layers = 4, Heads = 4, Hidden = 512, Context = 128 };
    private static readonly ModelConfig s_small = new() { Dim = 64, Layers = 2, Heads = 4, Hidden = 128, Context = 64 };

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings)
    {
        foreach (var threads in settings.Threads)
        {
            yield return new Contest($"training/4 layers/{threads} threads", threads, () =>
            [
                TrainingStep.Contender(
                    "nn.Linear loop, built-in AdamW", s_fourLayers, LinearLoopLayer.Variant(s_layers), s_layers.Tokens, fused: false),
                TrainingStep.Contender("emitted fp32", s_fourLayers, Variants.Of(s_layers), s_layers.Tokens),
                TrainingStep.Contender("emitted bf16", s_fourLayers, Variants.Of(s_layers), s_layers.Tokens, compute: ScalarType.BFloat16),
                TrainingStep.Contender("dense of equal active FLOPs", s_fourLayers, null, s_layers.Tokens),
            ])
            { TokensPerStep = s_layers.Tokens };
            yield return new Contest($"profile/4 layers/{threads} threads", threads, () => StepParts.All(s_fourLayers, s_layers));
            yield return new Contest($"training/quickstart/{threads} threads", threads, () =>
            [
                TrainingStep.Contender("dense of equal active FLOPs", s_small, null, s_quickstart.Tokens),
                TrainingStep.Contender(
                    "nn.Linear loop, built-in AdamW", s_small, LinearLoopLayer.Variant(s_quickstart), s_quickstart.Tokens, fused: false),
                TrainingStep.Contender("emitted fp32", s_small, Variants.Of(s_quickstart), s_quickstart.Tokens),
            ])
            { TokensPerStep = s_quickstart.Tokens };
        }
    }
}
