using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Hosting.Exports;
using LibMoE.Runtime.Hosting.Studies;
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
    PublishedModels published,
    CellEvaluation evaluation,
    Lazy<StudyRunner> runner,
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
        new("--model", "Upcycling:Model", "PATH", "The dense model: " + VerbOptions.AnyModel),
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
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
    ];

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections =>
        [.. Options.Select(option => option.Key.Split(':')[0]).Distinct(), "Analysis", "Evaluation", "Tracking", "Watch"];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var variant = settings.VariantOf([.. declared]);
        var (path, named) = await published.FindAsync(settings.ModelPath(), stop).ConfigureAwait(false);
        var (study, folder) = await Task.Run(() => Upcycle(path, named, variant), stop).ConfigureAwait(false);
        var exitCode = ExitCode.Done;
        if (study is not null)
        {
            await evaluation.PrepareAsync([], stop).ConfigureAwait(false);
            var outcome = await runner.Value.RunAsync(study, () => folder, stop).ConfigureAwait(false);
            exitCode = outcome.ExitCode;
            foreach (var result in outcome.Finished)
            {
                ShowLoss($"trained for {result.Steps} steps", result.ValidationLoss, result.ValidationLossStdErr);
            }
        }

        output.WriteLine($"Written to {folder.Cell(variant.Name, settings.Seed).Path}");
        return exitCode;
    }

    /// <summary>Writes the mixture's checkpoint, unless a run is gone on with, and prepares its training.</summary>
    /// <returns>What is trained on; null where nothing is. And the run's folder.</returns>
    private (PreparedStudy? Study, StudyFolder Folder) Upcycle(string path, string named, MoeVariant variant)
    {
        var training = configured with { Steps = Math.Max(1, settings.Steps), Seed = settings.Seed };
        if (!runs.Resume)
        {
            StudyFolder.RefuseTaken(runs);
        }

        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        output.WriteNotes(loaded);
        var corpus = settings.NeedsText || source.IsGiven ? Corpus.Load(source, loaded.Tokenizer) : null;
        if (corpus is not null)
        {
            Trainer.Check(loaded.Model.Config, corpus, training);
        }

        var name = $"{loaded.Name}-{variant.Name.Kebaberize()}";
        var folder = runs.Resume ? StudyFolder.Find(runs, name) : Start(training, loaded, named, variant, corpus, name);
        return (settings.Steps > 0 ? Study(folder, variant, training, source, corpus!) : null, folder);
    }

    /// <summary>Makes the mixture, and writes what training begins with.</summary>
    private StudyFolder Start(
        TrainingConfig training, LoadedModel loaded, string named, MoeVariant variant, Corpus? corpus, string name)
    {
        using var scope = NewDisposeScope();
        var calibration_SL = settings.Router == RouterStart.Clusters ? Calibration(corpus!, loaded.Model.Config) : null;
        var upcycled = Upcycler.Upcycle(loaded.Model, variant, settings.ToOptions(), calibration_SL);
        using var mixture = upcycled.Model;
        output.WriteLine($"{loaded.Name}, {Parameters(loaded.Model)}, as {variant.Name}, {Parameters(mixture)}:");
        foreach (var line in upcycled.Report)
        {
            output.WriteLine($"  {line}");
        }

        var folder = StudyFolder.Create(runs, name);
        var cell = folder.Cell(variant.Name, settings.Seed);
        ModelSaver.Save(mixture, loaded.Tokenizer, cell.Path);
        cell.Write(
            CardEvidence.UpcyclingFile, string.Join('\n', [CardEvidence.DenseLine(named, loaded.Sha256), .. upcycled.Report]));
        if (corpus is not null)
        {
            ShowLoss("dense", loaded.Model, corpus, training);
            ShowLoss("upcycled", mixture, corpus, training);
        }

        return folder;
    }

    /// <summary>The study of one cell whose model is the run's newest checkpoint: at step 0 the mixture, later what training
    /// has made of it.</summary>
    private static PreparedStudy Study(StudyFolder folder, MoeVariant variant, TrainingConfig training, CorpusOptions text, Corpus corpus)
    {
        var newest = folder.Cell(variant.Name, training.Seed).Storage.Checkpoints.Newest().Newest
            ?? throw new ConfigurationException($"Run:Resume finds no mixture {variant.Name} of seed {training.Seed} in {folder.Path}; "
                + "name the run, variant and seed that were begun.");
        var cell = new StudyCell(new StudyVariant(variant, newest.State.Model), training) { Corpus = text };
        var source = new UpcycledSource(corpus, newest.State.Progress is null ? newest : null);
        return new PreparedStudy(
            [new StudyPlan([cell.Variant], Seeds: 1, training) { Corpus = text }],
            [new PlannedCell(0, cell, source, source.ConfigOf(cell).ToJson())]);
    }

    private void ShowLoss(string name, LanguageModel model, Corpus corpus, TrainingConfig training)
    {
        var loss = CorpusLoss.Measure(model, corpus, training.SequenceLength, training.ValidationSequences, training.Batch);
        ShowLoss(name, loss.Mean, loss.StdErr);
    }

    private void ShowLoss(string name, double mean, double stdErr) =>
        output.WriteLine(FormattableString.Invariant($"Held-out loss, {name}: {mean:0.0000} ± {stdErr:0.0000} nats per token"));

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
