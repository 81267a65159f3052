using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>A small model in training.</summary>
internal static class Subject
{
    public const int Steps = 20;

    public static ModelConfig Backbone { get; } = new() { Dim = 48, Layers = 2, Heads = 4, Hidden = 96, Context = 32 };

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
    public static Trained Train(Case what, Corpus corpus, TrainingConfig config, Ranks ranks, bool tied = false)
    {
        config = config with { Recompute = config.Recompute || what.Recompute };
        using var model = LanguageModel.Create(
            Backbone with { TieEmbeddings = tied }, what.Variant, seed: 3, compute: what.Compute, ranks: ranks);
        var start = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        using var learner = new TextLearner(model, corpus, config);
        using var run = new TrainingRun(learner, config, ranks);
        var figures = new List<StepFigures> { run.Step() };
        var gradients = model.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
        while (figures.Count < config.Steps)
        {
            figures.Add(run.Step());
        }

        var state = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        return new Trained(figures, start, gradients, state, run.Slices);
    }
}

/// <summary>What training came to.</summary>
/// <param name="Figures">Of every step.</param>
/// <param name="Start">Parameters and buffers before the first step.</param>
/// <param name="Gradients">Of the first step.</param>
/// <param name="State">Parameters and buffers after the last.</param>
/// <param name="Slices">Which of them have some of the experts only.</param>
internal sealed record Trained(
    IReadOnlyList<StepFigures> Figures, IReadOnlyDictionary<string, Tensor> Start, IReadOnlyDictionary<string, Tensor> Gradients,
    IReadOnlyDictionary<string, Tensor> State, ExpertSlices Slices);
