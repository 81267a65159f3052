using System.Globalization;
using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;
using Spectre.Console;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Makes a mixture of a dense model, and trains it on where that is asked for.</summary>
internal sealed class UpcycleVerb(
    UpcyclingSettings settings,
    RunOptions runs,
    TrainingConfig configured,
    CorpusOptions source,
    IEnumerable<MoeVariant> declared,
    IAnsiConsole output) : IVerb
{
    private const int CalibrationSequences = 16;
    private const int CalibrationLength = 256;

    /// <inheritdoc />
    public static string Name => "upcycle";

    /// <inheritdoc />
    public static string Description =>
        "Makes a mixture of a dense model whose experts start as copies of its FFN, says what went where, and writes a checkpoint.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Upcycling:Model", "PATH", "The dense model: a checkpoint, run, llama2.c file or Hugging Face folder."),
        new("--variant", "Upcycling:Variant", "NAME", "The declared layer that takes the FFNs' place. [default: the only one]"),
        new("--blocks", "Upcycling:Blocks", "A,B,…", "Only these blocks, from 0. [default: all]"),
        new("--noise", "Upcycling:Noise", "X", "Noise on each expert's copy, relative to the weights' deviation. [default: 0]"),
        new("--drop", "Upcycling:DropFraction", "X", "Share of each expert's hidden units redrawn (Drop-Upcycling). [default: 0]"),
        new("--split", "Upcycling:Split", "G", "Cuts the FFN into G finer experts. [default: 1]"),
        new("--router", "Upcycling:Router", "KIND", "Normal, or Clusters of the FFN's inputs on the corpus. [default: Normal]"),
        new("--router-std", "Upcycling:RouterStd", "X", "Standard deviation of router weights. [default: as declared]"),
        new("--seed", "Upcycling:Seed", "N", "The seed of routers, noise and new units. [default: 0]"),
        new("--steps", "Upcycling:Steps", "N", "Optimiser steps to train on for, on the corpus. [default: 0]"),
        .. VerbOptions.Corpus,
        .. VerbOptions.Training.Where(option => option.Name != "--steps"),
        .. VerbOptions.Run,
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => Task.Run(() => Run(stop), stop);

    private int Run(CancellationToken stop)
    {
        var training = configured with { Steps = Math.Max(1, settings.Steps), Seed = settings.Seed };
        IReadOnlyList<MoeVariant> variants = [.. declared];
        var variant = settings.VariantOf(variants);
        StudyFolder.RefuseTaken(runs);
        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(settings.ModelPath(), variants);
        var corpus = settings.NeedsText || source.IsGiven ? Corpus.Load(source, loaded.Tokenizer) : null;
        if (corpus is not null)
        {
            Trainer.Check(loaded.Model.Config, corpus, training);
        }

        using var scope = NewDisposeScope();
        var calibration_SL = settings.Router == RouterStart.Clusters ? Calibration(corpus!, loaded.Model.Config) : null;
        var upcycled = Upcycler.Upcycle(loaded.Model, variant, settings.ToOptions(), calibration_SL);
        using var mixture = upcycled.Model;
        output.WriteLine($"{loaded.Name}, {Parameters(loaded.Model)}, as {variant.Name}, {Parameters(mixture)}:");
        foreach (var line in upcycled.Report)
        {
            output.WriteLine($"  {line}");
        }

        var cell = StudyFolder.Create(runs, $"{loaded.Name}-{variant.Name.Kebaberize()}").Cell(variant.Name, settings.Seed);
        ModelSaver.Save(mixture, loaded.Tokenizer, cell.Path);
        cell.Write("upcycling.txt", string.Join('\n', upcycled.Report));
        if (corpus is not null)
        {
            ShowLoss("dense", loaded.Model, corpus, training, output);
            ShowLoss("upcycled", mixture, corpus, training, output);
        }

        if (settings.Steps > 0)
        {
            TrainOn(mixture, corpus!, training, cell, output, stop);
            ShowLoss($"trained for {training.Steps} steps", mixture, corpus!, training, output);
        }

        output.WriteLine($"Written to {cell.Path}");
        return ExitCode.Done;
    }

    /// <summary>Trains on in a cell's folder with the files that a study's cell has, so that other verbs read it too.</summary>
    private static void TrainOn(
        LanguageModel mixture, Corpus corpus, TrainingConfig training, CellFolder cell, IAnsiConsole output, CancellationToken stop)
    {
        cell.Write(
            CellFiles.Config, CellConfig.Of(new StudyCell(new StudyVariant(mixture.Variant, mixture.Config), training), corpus).ToJson());
        using var metrics = cell.OpenLines(CellFiles.Metrics);
        var lines = new TrainingLines(training.Steps, output, metrics);
        var result = Trainer.Train(mixture, corpus, training, cell.Storage, lines, stop);
        cell.Write(CellFiles.Result, JsonSerializer.Serialize(result, RunJson.Line));
    }

    private static void ShowLoss(string name, LanguageModel model, Corpus corpus, TrainingConfig training, IAnsiConsole output)
    {
        var loss = CorpusLoss.Measure(model, corpus, training.SequenceLength, training.ValidationSequences, training.Batch);
        output.WriteLine(FormattableString.Invariant($"Held-out loss, {name}: {loss.Mean:0.0000} ± {loss.StdErr:0.0000} nats per token"));
    }

    private static string Parameters(LanguageModel model) => string.Create(CultureInfo.InvariantCulture,
        $"{ModelCost.TotalParameters(model.Config, model.Variant?.Declaration):N0} parameters, "
            + $"{ModelCost.ActiveParameters(model.Config, model.Variant?.Declaration):N0} active");

    private static Tensor Calibration(Corpus corpus, ModelConfig config)
    {
        var length = Math.Min(CalibrationLength, config.Context);
        var starts = HeldOutLoss.Starts(corpus.Train, length, CalibrationSequences);
        var ids = new long[starts.Count * length];
        foreach (var (sequence, start) in starts.Index())
        {
            corpus.Train.CopyTo(start, ids.AsSpan(sequence * length, length));
        }

        return tensor(ids, [starts.Count, length]);
    }
}
