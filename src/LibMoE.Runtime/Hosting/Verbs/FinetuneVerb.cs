using System.Globalization;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Teaches a model to answer, by low-rank adapters or as a whole.</summary>
internal sealed class FinetuneVerb(
    FineTuningSettings settings,
    RunOptions runs,
    TrainingConfig training,
    IEnumerable<MoeVariant> declared,
    PublishedModels published,
    CellEvaluation evaluation,
    Lazy<StudyRunner> runner,
    IAnsiConsole output) : IVerb
{
    /// <inheritdoc />
    public static string Name => "finetune";

    /// <inheritdoc />
    public static string Description =>
        "Teaches a model to answer, on JSON conversations with the loss on answers alone: low-rank adapters (LoRA) on attention and "
            + "experts, or all parameters.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "FineTuning:Model", "PATH", VerbOptions.ModelPath),
        new("--data", "FineTuning:Data", "FILE", "Conversations: .json or .jsonl, of chat messages or in LLaVA's format."),
        new("--held-out", "FineTuning:HeldOut", "FILE", "Conversations to be measured by. [default: the last tenth of --data]"),
        new("--template", "FineTuning:Template", "NAME",
            "What stands between turns: plain, phi3, vicuna or llama. [default: the tokenizer's own chat template, or plain]"),
        new("--rank", "FineTuning:Rank", "R", "The adapters' rank; 0 trains all parameters. [default: 8]"),
        new("--alpha", "FineTuning:Alpha", "X", "Changes are X/R times the adapters' product. [default: 16]"),
        new("--targets", "FineTuning:Targets", "A,B", "What gets adapters: attention, experts. [default: attention,experts]"),
        new("--expert-adapters", "FineTuning:Experts", "KIND", "PerExpert, or Shared by all experts of a stack. [default: PerExpert]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 600]"),
        new("--batch", "Training:Batch", "N", "Conversations of a step. [default: 16]"),
        new("--learning-rate", "Training:LearningRate", "X", "The peak learning rate. [default: 0.005]"),
        new("--seed", "Training:Seed", "N", "The seed of the adapters and the data's order. [default: 0]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
        VerbOptions.Device,
        .. VerbOptions.Run,
        VerbOptions.Resume,
        VerbOptions.AllowChange,
    ];

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["FineTuning", "Training", "Run", "Analysis", "Tracking", "Watch"];

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick { get; } = VerbOptions.QuickTraining;

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        Require(settings.Model, "FineTuning:Model", "the path of a model");
        Require(settings.Data, "FineTuning:Data", "a file of conversations");
        if (!runs.Resume)
        {
            StudyFolder.RefuseTaken(runs);
        }

        var (path, named) = await published.FindAsync(settings.Model, stop).ConfigureAwait(false);
        var origin = HubAddress.IsAddress(settings.Model) ? named : Path.GetFullPath(path);
        await evaluation.PrepareAsync([], stop).ConfigureAwait(false);
        var source = new FineTuningSource(settings with { Model = path }, [.. declared]);
        var study = await Task.Run(() => Prepared(source), stop).ConfigureAwait(false);
        var folder = default(StudyFolder);
        var outcome = await runner.Value.RunAsync(study, Open, stop).ConfigureAwait(false);
        if (outcome.ExitCode == ExitCode.Done)
        {
            await Task.Run(() => Conclude(source, origin, folder!.Cell(study.Cells[0].Cell)), stop).ConfigureAwait(false);
        }

        return outcome.ExitCode;

        StudyFolder Open()
        {
            var name = $"{source.ModelName}-finetuned";
            folder = runs.Resume ? StudyFolder.Find(runs, name) : StudyFolder.Create(runs, name);
            return folder;
        }
    }

    /// <summary>A study of one cell, whose learner is made as a program's own is.</summary>
    private PreparedStudy Prepared(FineTuningSource source)
    {
        var mixture = source.Inspect(training.Seed, output);
        var own = new OwnLearner(new LearnerMaker(source.Create), mixture, training, []);
        return PreparedStudy.Of([new StudyPlan([new StudyVariant(mixture, null) { Own = own }], Seeds: 1, training)]);
    }

    /// <summary>Says what it came to, and leaves the adapters as a small folder of their own.</summary>
    private void Conclude(FineTuningSource source, string origin, CellFolder cell)
    {
        using var learner = source.Create(new LearnerSetup(null, training));
        var before = learner.Measure(training.ValidationSequences, training.Batch);
        RunCheckpoint.ReadUsed(cell.Storage.Checkpoints.Newest().Newest!, learner);
        var after = learner.Measure(training.ValidationSequences, training.Batch);
        output.WriteWhole(string.Create(CultureInfo.InvariantCulture,
            $"Loss on held-out answers: {before.Loss:0.0000} before, {after.Loss:0.0000} nats per token now"));
        if (learner.Adapters is { } adapters)
        {
            AdapterFolder.Save(adapters, cell.PathOf(AdapterFolder.Name), origin, source.Sha256);
            output.WriteWhole($"Adapters written to {cell.PathOf(AdapterFolder.Name)}; "
                + "generate, chat, serve and export take that folder as the model with them merged");
        }
    }

    private static void Require(string value, string key, string what)
    {
        if (value.Length == 0)
        {
            throw new ConfigurationException($"{key} is empty; it must be {what}.");
        }
    }
}
