namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>A small run in which everything that has state is used.</summary>
internal static class ResumeRuns
{
    public static ModelConfig Model { get; } = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 16 };

    public static MoeVariant Variant { get; } = MoeVariant.Of<ResumedMoe>();

    public static TrainingConfig Config { get; } = new()
    {
        Steps = 12,
        Batch = 8,
        MicroBatches = 2,
        SequenceLength = 16,
        Warmup = 3,
        LogEvery = 2,
        ValidateEvery = 3,
        ValidationSequences = 6,
        AverageDecay = 0.9,
        Compute = ComputeType.BFloat16,
        CheckpointEvery = 4,
        KeepLast = 3,
        Threads = 1,
        Seed = 5,
    };

    public static Corpus Corpus { get; } = Corpus.Split(
        "sentences",
        Enumerable.Range(0, 40)
            .Select(i => new Document($"{i:D2}", string.Concat(Enumerable.Repeat($"expert {i % 10} sees this token; ", 20)))));

    public static LanguageModel Create(MoeVariant? variant = null) =>
        LanguageModel.Create(Model, variant ?? Variant, Config.Seed, compute: TorchSharp.torch.ScalarType.BFloat16);
}

/// <summary>Bias balancing, noise in the router and dropped experts: a buffer and the random generator decide the next step.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2, Jitter = 0.05), BiasBalance(0.01), RouterZLoss(0.001), ExpertDropout(0.1)]
public sealed partial class ResumedMoe;

/// <summary>The L1 coefficient of ReMoE is a buffer.</summary>
[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), ReluGate(0.5)]
public sealed partial class ResumedReMoe;
