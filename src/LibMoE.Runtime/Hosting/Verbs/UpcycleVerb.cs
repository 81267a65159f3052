using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Hosting.Exports;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
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
    MadeModelTraining trainer,
    IAnsiConsole output) : IVerb
{
    private const int CalibrationSequences = 16;

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
        .. VerbOptions.TrainingOn,
    ];

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => VerbOptions.TrainingOnSections(Options);

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var variant = settings.VariantOf([.. declared]);
        var (path, named) = await published.FindAsync(settings.ModelPath(), stop).ConfigureAwait(false);
        var (study, folder) = await Task.Run(() => Upcycle(path, named, variant), stop).ConfigureAwait(false);
        return await trainer.RunAsync(study, folder, variant.Name, settings.Seed, stop).ConfigureAwait(false);
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
        return (settings.Steps > 0 ? MadeModel.Study(folder, variant, training, source, corpus!) : null, folder);
    }

    /// <summary>Makes the mixture, and writes what training begins with.</summary>
    private StudyFolder Start(
        TrainingConfig training, LoadedModel loaded, string named, MoeVariant variant, Corpus? corpus, string name)
    {
        using var scope = NewDisposeScope();
        var calibration_SL = settings.Router == RouterStart.Clusters
            ? CalibrationText.Of(corpus!, loaded.Model.Config, CalibrationSequences)
            : null;
        var upcycled = Upcycler.Upcycle(loaded.Model, variant, settings.ToOptions(), calibration_SL);
        using var mixture = upcycled.Model;
        output.WriteLine($"{loaded.Name}, {MadeModelLines.Parameters(loaded.Model)}, as {variant.Name}, "
            + $"{MadeModelLines.Parameters(mixture)}:");
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
            output.WriteLoss("dense", loaded.Model, corpus, training);
            output.WriteLoss("upcycled", mixture, corpus, training);
        }

        return folder;
    }
}
