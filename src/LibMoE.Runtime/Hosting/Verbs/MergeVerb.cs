using LibMoE.Runtime.Common;
using LibMoE.Runtime.Hosting.Exports;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using Spectre.Console;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Makes a dense model of a mixture, and trains it on where that is asked for, with the mixture as its teacher.</summary>
internal sealed class MergeVerb(
    MergingSettings settings,
    RunOptions runs,
    TrainingConfig configured,
    CorpusOptions source,
    IEnumerable<MoeVariant> declared,
    PublishedModels published,
    MadeModelTraining trainer,
    IAnsiConsole output) : IVerb
{
    private const int Sequences = 64;

    /// <inheritdoc />
    public static string Name => "merge";

    /// <inheritdoc />
    public static string Description =>
        "Makes a dense model of a mixture by merging its experts by their use on a text, and trains it on as the mixture's student.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Merging:Model", "PATH", "The mixture: " + VerbOptions.AnyModel),
        new("--kind", "Merging:Kind", "KIND", "Concatenate, the most used experts side by side, or Average. [default: Concatenate]"),
        new("--experts", "Merging:Experts", "N", "How many experts stand side by side. [default: as many as a token picks]"),
        new("--steps", "Merging:Steps", "N", "Optimiser steps to train on for, on the corpus. [default: 0]"),
        .. VerbOptions.TrainingOn,
    ];

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => VerbOptions.TrainingOnSections(Options);

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Model, "Merging:Model", "the path of a mixture");
        var (path, named) = await published.FindAsync(settings.Model, stop).ConfigureAwait(false);
        var (study, folder) = await Task.Run(() => Merge(path, named), stop).ConfigureAwait(false);
        return await trainer.RunAsync(study, folder, MoeVariant.Dense, configured.Seed, stop).ConfigureAwait(false);
    }

    /// <summary>Writes the dense model's checkpoint, unless a run is gone on with, and prepares its training.</summary>
    /// <returns>What is trained on; null where nothing is. And the run's folder.</returns>
    private (PreparedStudy? Study, StudyFolder Folder) Merge(string path, string named)
    {
        var training = configured with
        {
            Steps = Math.Max(1, settings.Steps),
            Distill = configured.Distill ?? new DistillConfig { Teacher = path },
        };
        if (!runs.Resume)
        {
            StudyFolder.RefuseTaken(runs);
        }

        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        output.WriteNotes(loaded);
        var corpus = Corpus.Load(source, loaded.Tokenizer);
        Trainer.Check(loaded.Model.Config, corpus, training);
        var name = $"{loaded.Name}-merged";
        var folder = runs.Resume ? StudyFolder.Find(runs, name) : Start(training, loaded, named, corpus, name);
        return (settings.Steps > 0 ? MadeModel.Study(folder, variant: null, training, source, corpus) : null, folder);
    }

    private StudyFolder Start(TrainingConfig training, LoadedModel loaded, string named, Corpus corpus, string name)
    {
        using var scope = NewDisposeScope();
        var made = Merger.Merge(
            loaded.Model, settings.Kind, CalibrationText.Of(corpus, loaded.Model.Config, Sequences),
            settings.Experts == 0 ? null : settings.Experts);
        using var dense = made.Model;
        output.WriteLine(
            $"{loaded.Name}, {MadeModelLines.Parameters(loaded.Model)}, as a dense model, {MadeModelLines.Parameters(dense)}:");
        foreach (var line in made.Report)
        {
            output.WriteLine($"  {line}");
        }

        var folder = StudyFolder.Create(runs, name);
        var cell = folder.Cell(MoeVariant.Dense, training.Seed);
        ModelSaver.Save(dense, loaded.Tokenizer, cell.Path);
        cell.Write(CardEvidence.MergingFile, string.Join('\n', [$"mixture: {named}, SHA-256 {loaded.Sha256}", .. made.Report]));
        output.WriteLoss("mixture", loaded.Model, corpus, training);
        output.WriteLoss("merged", dense, corpus, training);
        return folder;
    }
}
