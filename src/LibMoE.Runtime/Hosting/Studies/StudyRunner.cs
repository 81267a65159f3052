using System.Text.Json;
using System.Threading.Channels;
using Humanizer;
using Spectre.Console;

namespace LibMoE.Runtime;

/// <summary>Trains the runs of a plan one after the other, writes what they came to, and shows it.</summary>
internal sealed class StudyRunner(CorpusOptions corpusOptions, RunOptions runOptions, IAnsiConsole console, IStudyDisplay display)
{
    /// <summary>Runs the plan.</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="defaultName">The run folder's name if the user chose none.</param>
    /// <param name="stop">Ends the study after the step that it is in; finished runs are in <c>results.json</c> by then.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if a run failed.</returns>
    public async Task<int> RunAsync(StudyPlan plan, string defaultName, CancellationToken stop)
    {
        if (!runOptions.Resume)
        {
            RunFolder.RefuseTaken(runOptions);
        }

        var corpus = await Task.Run(() => Corpus.Load(corpusOptions), stop).ConfigureAwait(false);
        foreach (var variant in plan.Variants)
        {
            Trainer.Check(variant.Model, corpus, plan.Training);
        }

        var entropy = await Task.Run(() => CorpusEntropy.Of(corpus), stop).ConfigureAwait(false);
        var folder = runOptions.Resume ? RunFolder.Find(runOptions, defaultName) : RunFolder.Create(runOptions, defaultName);
        using var held = RunLock.Take(DiskFiles.Instance, folder.Path);
        var starts = Starts(plan, corpus, folder);
        console.WriteLine($"{"run".ToQuantity(plan.Cells.Count)} on {corpus.Name} ({Figures.Count(corpus.Train.Count)} tokens), in {folder.Path}");
        foreach (var note in corpus.Notes)
        {
            console.WriteLine(note);
        }

        foreach (var note in Notes(held, starts))
        {
            console.WriteWhole(note);
        }

        var events = Channel.CreateUnbounded<StudyEvent>();
        var training = Task.Run(() => Train(plan, corpus, folder, starts, events.Writer, stop), CancellationToken.None);
        await display.ShowAsync(plan, events.Reader).ConfigureAwait(false);
        var study = await training.ConfigureAwait(false);

        if (study.Finished.Count > 0)
        {
            new StudyReport(plan, Results(plan, study, corpus), study.Finished, corpus, entropy).WriteTo(console);
            console.WriteWhole($"Written to {Path.Combine(folder.Path, StudyResults.FileName)}");
        }

        foreach (var (cell, reason) in study.Failed)
        {
            console.WriteWhole($"{cell.Variant.Name}, seed {cell.Seed}, failed: {reason}");
        }

        console.WriteWhole($"Report: {ReportWriter.Write(folder.Path)}");
        stop.ThrowIfCancellationRequested();
        return study.Failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Where each cell begins: at step 0, or at the newest whole checkpoint of a run that is continued.</summary>
    private IReadOnlyList<ResumePoint> Starts(StudyPlan plan, Corpus corpus, RunFolder folder)
    {
        return [.. plan.Cells.Select(cell => runOptions.Resume ? Find(cell) : new ResumePoint(null, []))];

        ResumePoint Find(StudyCell cell)
        {
            folder.RefuseOtherCell(cell.Variant.Name, cell.Seed);
            return ResumePoint.Find(
                folder.Cell(cell.Variant.Name, cell.Seed).Storage,
                RunCheckpoint.Identity(cell.Variant.Model, cell.Variant.Mixture, corpus, cell.Training),
                runOptions.AllowedChanges);
        }
    }

    private static IEnumerable<string> Notes(RunLock held, IReadOnlyList<ResumePoint> starts) =>
    [
        .. held.TakenOver is { } owner ? [$"The run was left by {owner}, which ended without a word."] : Array.Empty<string>(),
        .. starts.SelectMany(start => start.Notes),
    ];

    private static Outcome Train(
        StudyPlan plan,
        Corpus corpus,
        RunFolder folder,
        IReadOnlyList<ResumePoint> starts,
        ChannelWriter<StudyEvent> events,
        CancellationToken stop)
    {
        var outcome = new Outcome([], []);
        try
        {
            foreach (var (cell, start) in plan.Cells.Zip(starts))
            {
                var cellFolder = folder.Cell(cell.Variant.Name, cell.Seed);
                events.TryWrite(new CellStarted(cell));
                try
                {
                    outcome.Finished.Add(Train(cell, corpus, cellFolder, start.Checkpoint, events, stop));
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
#pragma warning disable CA1031 // Whatever one run dies of must not take the others with it; it is reported at the end.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    cellFolder.WriteIfPossible(CellFiles.Error, failure.ToString());
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

    private static TrainingResult Train(
        StudyCell cell, Corpus corpus, RunFolder folder, Checkpoint? start, ChannelWriter<StudyEvent> events, CancellationToken stop)
    {
        folder.Write(CellFiles.Config, CellConfig.Of(cell, corpus).ToJson());
        using var metrics = folder.OpenLines(CellFiles.Metrics, start?.State.Progress?.History.Select(Line));
        using var model = LanguageModel.Create(
            cell.Variant.Model, cell.Variant.Mixture, cell.Seed, compute: cell.Training.ComputeScalar);
        var result = Trainer.Train(model, corpus, cell.Training, folder.Storage with { Resume = start }, new Reports(report =>
        {
            metrics.WriteLine(Line(report));
            events.TryWrite(new CellAdvanced(cell, report));
        }), stop);
        folder.Write(CellFiles.Result, JsonSerializer.Serialize(result, StudyResults.JsonLine));
        return result;
    }

    private static string Line(TrainingProgress report) => JsonSerializer.Serialize(report, StudyResults.JsonLine);

    private sealed record Outcome(List<TrainingResult> Finished, List<(StudyCell Cell, string Reason)> Failed);

    /// <summary>Reports at once, on the training thread: <see cref="Progress{T}"/> would let reports overtake each other.</summary>
    private sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
