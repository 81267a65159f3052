using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace Upcycling;

/// <summary>Upcycles stories260K into every declared layer, trains these and the dense model on for the same
/// tokens, and compares.</summary>
internal sealed class StoriesVerb(
    CorpusOptions options, TrainingConfig training, IEnumerable<MoeVariant> declared, IAnsiConsole output) : IVerb
{
    public static string Name => "stories";

    public static string Description =>
        "Upcycles stories260K, a real Llama of 260,032 parameters, into every declared layer, trains them and the dense model on "
            + "with TinyStories, and compares.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--steps", "Training:Steps", "N", "Optimiser steps of 4,096 tokens for each model. [default: 200]"),
        new("--learning-rate", "Training:LearningRate", "X", "The peak learning rate. [default: 0.0005]"),
        new("--corpus", "Corpus:Path", "PATH",
            "Stories with <|endoftext|> after each, as text or .gz. [default: tinystories/val.txt.gz of the data folder]"),
        new("--seed", "Training:Seed", "N", "The seed of routers, data order and story. [default: 0]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } = new Dictionary<string, string?>
    {
        ["Training:Steps"] = "6",
        ["Training:Warmup"] = "2",
        ["Training:ValidationSequences"] = "24",
    };

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var files = await StoryFiles.FindAsync(options.Path, stop);
        return await Task.Run(() => Run(files, stop), stop);
    }

    private int Run(StoryFiles files, CancellationToken stop)
    {
        using var dense = ModelLoader.Load(files.Model, []);
        var corpus = TinyStories.Load(files.Stories, dense.Tokenizer);
        Trainer.Check(dense.Model.Config, corpus, training);

        var models = new List<LanguageModel> { dense.Model };
        try
        {
            foreach (var variant in declared)
            {
                var upcycled = Upcycler.Upcycle(dense.Model, variant, new UpcyclingOptions { Seed = training.Seed });
                models.Add(upcycled.Model);
                output.WriteLine($"{dense.Name} as {variant.Name}:");
                upcycled.Report.ToList().ForEach(line => output.WriteLine($"  {line}"));
            }

            output.WriteLine(Invariant(
                $"\nEach trains on for {training.Steps} steps of {training.Batch * training.SequenceLength} tokens on {corpus.Name}:"));
            var outcomes = models.ConvertAll(model => TrainOn(model, corpus, training, output, stop));
            outcomes.ForEach(outcome => outcome.Compare(outcomes[0], output));
            Tell(models[Best(outcomes)], dense.Tokenizer, training.Seed, output);
            return ExitCode.Done;
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private static Outcome TrainOn(LanguageModel model, Corpus corpus, TrainingConfig training, IAnsiConsole output, CancellationToken stop)
    {
        var start = CorpusLoss.Measure(model, corpus, training.SequenceLength, training.ValidationSequences, training.Batch);
        output.Write(Invariant($"  {model.Name,-10} {start.Mean:0.0000}"));
        var end = Trainer.Train(model, corpus, training, cancellation: stop);
        output.WriteLine(Invariant($" -> {end.ValidationLoss:0.0000} nats per held-out token ({end.ActiveParameters:N0} of ")
            + Invariant($"{end.TotalParameters:N0} parameters active; {end.WallSeconds:0} s)"));
        return new Outcome(model.Name, start.PerSequence, end.SequenceLosses);
    }

    /// <summary>The upcycled model that ended lowest.</summary>
    private static int Best(List<Outcome> outcomes) =>
        Enumerable.Range(1, outcomes.Count - 1).MinBy(index => outcomes[index].End.Average());

    private static void Tell(LanguageModel model, ITokenizer tokenizer, long seed, IAnsiConsole output)
    {
        output.WriteLine($"\nA story by {model.Name}:\n");
        var options = new GenerationOptions { Temperature = 0.8, TopP = 0.9, Tokens = 200, Seed = seed };
        foreach (var piece in TextGenerator.Text(model, tokenizer, options))
        {
            output.Profile.Out.Writer.Write(piece);
            output.Profile.Out.Writer.Flush();
        }

        output.WriteLine();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
