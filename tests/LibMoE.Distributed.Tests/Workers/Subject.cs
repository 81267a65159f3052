using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>A small model in training.</summary>
internal static class Subject
{
    public const int Steps = 20;

    public static ModelConfig Backbone { get; } = new() { Dim = 48, Layers = 2, Heads = 4, Hidden = 96, Context = 32 };

    public static IReadOnlyList<MoeVariant> Variants { get; } =
    [
        MoeVariant.Of<SwitchMoe>(), MoeVariant.Of<PerRankMoe>(), MoeVariant.Of<BiasMoe>(), MoeVariant.Of<ImportanceMoe>(),
        MoeVariant.Of<NoisyMoe>(), MoeVariant.Of<JitterMoe>(), MoeVariant.Of<CapacityMoe>(), MoeVariant.Of<GlobalMoe>(),
        MoeVariant.Of<QuantileMoe>(), MoeVariant.Of<ReluMoe>(),
    ];

    public static TrainingConfig Config(int microBatches = 1) => new()
    {
        Steps = Steps,
        Batch = 8,
        SequenceLength = 32,
        MicroBatches = microBatches,
        Warmup = 1,
        Seed = 7,
        Threads = 1,
        ValidationSequences = 8,
    };

    /// <summary>Text that is the same everywhere.</summary>
    public static Corpus Text() => Corpus.Split("made", Enumerable.Range(0, 200).Select(document => new Document(
        $"{document}", string.Join(' ', Enumerable.Range(0, 60).Select(word => $"{(document * 37 + word * word * 11) % 97 * 7919}")))));

    /// <summary>Trains some steps.</summary>
    public static Trained Train(MoeVariant variant, Corpus corpus, TrainingConfig config, Ranks ranks, bool tied = false)
    {
        using var model = LanguageModel.Create(Backbone with { TieEmbeddings = tied }, variant, seed: 3, ranks: ranks);
        model.Recompute = config.Recompute;
        using var learner = new TextLearner(model, corpus, config);
        using var run = new TrainingRun(learner, config, ranks);
        var figures = new List<StepFigures> { run.Step() };
        var gradients = model.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
        while (figures.Count < config.Steps)
        {
            figures.Add(run.Step());
        }

        return new Trained(figures, gradients, model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone()));
    }
}

/// <summary>What training came to.</summary>
/// <param name="Figures">Of every step.</param>
/// <param name="Gradients">Of the first step.</param>
/// <param name="State">Parameters and buffers after the last.</param>
internal sealed record Trained(
    IReadOnlyList<StepFigures> Figures, IReadOnlyDictionary<string, Tensor> Gradients, IReadOnlyDictionary<string, Tensor> State);
