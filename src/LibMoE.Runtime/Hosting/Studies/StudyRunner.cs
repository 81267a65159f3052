using System.Text.Json;
using System.Threading.Channels;
using Humanizer;
using Spectre.Console;

namespace LibMoE.Runtime;

/// <summary>Trains the runs of a plan one after the other, writes what they came to, and shows it.</summary>
internal sealed class StudyRunner(
    CorpusOptions corpusOptions, RunOptions runOptions, CellEvaluation evaluation, IAnsiConsole console, IStudyDisplay display)
{
    /// <summary>Runs the plan.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="defaultName">The run folder's name if the user chose none.</param>
    /// <param name="stop">Ends the study after the step that it is in; finished runs are in <c>results.json</c> by then.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if a run failed.</returns>
    public async Task<int> RunAsync(StudyPlan plan, string defaultName, CancellationToken stop)
    {
        RunFolder.RefuseTaken(runOptions);
        await evaluation.PrepareAsync(stop).ConfigureAwait(false);
        var corpus = await Task.Run(() => Corpus.Load(corpusOptions), stop).ConfigureAwait(false);
        foreach (var variant in plan.Variants)
        {
            Trainer.Check(variant.Model, corpus, plan.Training);
        }

        var entropy = await Task.Run(() => CorpusEntropy.Of(corpus), stop).ConfigureAwait(false);
        var folder = RunFolder.Create(runOptions, defaultName);
        console.WriteLine($"{"run".ToQuantity(plan.Cells.Count)} on {corpus.Name} ({Figures.Count(corpus.Train.Count)} tokens), in {folder.Path}");
        foreach (var note in corpus.Notes.Concat(evaluation.Notes(plan.Variants)))
        {
            console.WriteLine(note);
        }

        var events = Channel.CreateUnbounded<StudyEvent>();
        var training = Task.Run(() => Train(plan, corpus, folder, events.Writer, stop), CancellationToken.None);
        await display.ShowAsync(plan, events.Reader).ConfigureAwait(false);
        var study = await training.ConfigureAwait(false);

        if (study.Finished.Count > 0)
        {
            new StudyReport(plan, Results(plan, study, corpus), study.Finished, corpus, entropy).WriteTo(console);
            console.WriteLine($"Written to {Path.Combine(folder.Path, StudyResults.FileName)}");
        }

        evaluation.Conclude(folder.Path, console);
        console.WriteLine($"Report: {ReportWriter.Write(folder.Path)}");

        stop.ThrowIfCancellationRequested();
        foreach (var (cell, reason) in study.Failed)
        {
            console.WriteLine($"{cell.Variant.Name}, seed {cell.Seed}, failed: {reason}");
        }

        return study.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private Outcome Train(StudyPlan plan, Corpus corpus, RunFolder folder, ChannelWriter<StudyEvent> events, CancellationToken stop)
    {
        var outcome = new Outcome([], []);
        try
        {
            foreach (var cell in plan.Cells)
            {
                var cellFolder = folder.Cell(cell.Variant.Name, cell.Seed);
                events.TryWrite(new CellStarted(cell));
                try
                {
                    outcome.Finished.Add(Train(cell, corpus, cellFolder, events, stop));
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
#pragma warning disable CA1031 // Whatever one run dies of must not take the others with it; it is reported at the end.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    cellFolder.Write(CellFiles.Error, failure.ToString());
                    var reason = failure.Message.Split('\n')[0];
                    outcome.Failed.Add((cell, reason));
                    events.TryWrite(new CellFailed(cell, reason));
                    continue;
                }

                folder.Write(StudyResults.FileName, Results(plan, outcome, corpus).ToJson());
                events.TryWrite(new CellFinished(cell, outcome.Finished[^1]));
            }

            return outcome;
        }
        finally
        {
            events.Complete();
        }
    }

    private static StudyResults Results(StudyPlan plan, Outcome outcome, Corpus corpus) =>
        StudyResults.Of(outcome.Finished, MachineInfo.Current(plan.Training.Threads), corpus);

    private TrainingResult Train(
        StudyCell cell, Corpus corpus, RunFolder folder, ChannelWriter<StudyEvent> events, CancellationToken stop)
    {
        folder.Write(CellFiles.Config, CellConfig.Of(cell, corpus).ToJson());
        using var metrics = folder.OpenLines(CellFiles.Metrics);
        using var model = LanguageModel.Create(cell.Variant.Model, cell.Variant.Mixture, cell.Seed);
        var result = Trainer.Train(model, corpus, cell.Training, folder.Storage, new Reports(report =>
        {
            metrics.WriteLine(JsonSerializer.Serialize(report, StudyResults.JsonLine));
            events.TryWrite(new CellAdvanced(cell, report));
        }), stop);
        folder.Write(CellFiles.Result, JsonSerializer.Serialize(result, StudyResults.JsonLine));
        return Evaluate(result, cell, model, corpus, folder, events, stop);
    }

    /// <summary>What training came to is kept by now, whatever becomes of the evaluation.</summary>
    private TrainingResult Evaluate(
        TrainingResult trained, StudyCell cell, LanguageModel model, Corpus corpus, RunFolder folder, ChannelWriter<StudyEvent> events, CancellationToken stop)
    {
        using var threads = new ThreadCount(cell.Training.Threads);
        var scores = evaluation.Run(
            cell.Variant.Name, cell.Seed, model, corpus.Tokenizer, folder.Path, new Evaluations(report => events.TryWrite(new CellEvaluated(cell, report))), stop);
        if (scores.Count == 0)
        {
            return trained;
        }

        var result = trained with { Tasks = scores };
        folder.Write(CellFiles.Result, JsonSerializer.Serialize(result, StudyResults.JsonLine));
        return result;
    }

    private sealed record Outcome(List<TrainingResult> Finished, List<(StudyCell Cell, string Reason)> Failed);

    private sealed class Evaluations(Action<EvaluationProgress> take) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => take(value);
    }

    /// <summary>Reports at once, on the training thread: <see cref="Progress{T}"/> would let reports overtake each other.</summary>
    private sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
