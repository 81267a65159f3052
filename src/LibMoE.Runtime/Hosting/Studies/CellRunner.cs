using System.Diagnostics;
using System.Text.Json;
using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Evaluation.Results;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Reporting.Watching;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Trains one cell and leaves its results in its folder.</summary>
internal sealed class CellRunner(
    RunOptions options, CellWatchers watchers, AnalysisOptions analysis, CellEvaluation evaluation, TrainingTraces traces,
    ProgramCommand command, RankTeam team, TimeProvider clock, LearnerLoader learners)
{
    /// <summary>Trains, analyses and evaluates the cell.</summary>
    /// <param name="planned">What to train, and where to begin.</param>
    /// <param name="run">The run folder.</param>
    /// <param name="tell">Receives the reports, on the training thread.</param>
    /// <param name="stop">Ends the run after the step that it is in.</param>
    /// <exception cref="OperationCanceledException">The user stopped.</exception>
    /// <exception cref="ConfigurationException">Another process trains the cell.</exception>
    public TrainingResult Run(PlannedCell planned, StudyFolder run, Action<StudyEvent> tell, CancellationToken stop)
    {
        var folder = run.Cell(planned.Cell);
        using var held = RunLock.Take(DiskFiles.Instance, folder.Path);
        watchers.Begin();
        using var span = traces.Cell(planned.Cell);
        try
        {
            folder.Delete(CellFiles.Error);
            folder.Write(CellFiles.Config, planned.Config);
            var sitting = new Sitting(command.Text, command.Version, LibraryVersions.Current["libmoe"], clock.GetUtcNow());
            var origin = CellOrigin.Begin(folder, planned.Source.Size, sitting, goesOn: planned.Start.Checkpoint is not null);
            try
            {
                return Train(planned, folder, tell, stop);
            }
            finally
            {
                origin.End(folder, clock.GetUtcNow());
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message).AddException(failure);
            folder.WriteIfPossible(CellFiles.Error, failure.ToString());
            throw;
        }
    }

    private TrainingResult Train(PlannedCell planned, CellFolder folder, Action<StudyEvent> tell, CancellationToken stop)
    {
        var (cell, source) = (planned.Cell, planned.Source);
        var device = ComputeDevice.Of(options.Device);
        var begunWith = planned.Start.Checkpoint?.State.Machine.Threads;
        using (traces.Phase("warm-up"))
        {
            WarmUp.Run(cell, source, device, begunWith, stop);
        }

        using var learner = source.Create(cell, device, team.Ranks);
        learner.Teacher = learners.Teacher(cell.Training, source.Text, device);
        if (GeneratedCode.Of(learner.MoeLayers.Select(layer => layer.GetType())) is { } code)
        {
            folder.WriteIfPossible(GeneratedCode.FileName, code);
        }

        // A rank with some of the experts cannot run the model alone.
        var isWhole = !ExpertSlices.Of(learner.Model).Any;
        using var observer = isWhole ? CellObserver.Begin(analysis, learner, cell.Training) : null;
        using var watching = watchers.Watch(cell, learner, folder, planned.Start.Checkpoint);
        var trained = Steps(planned, learner, folder, watching, new Reports<TrainingProgress>(progress =>
        {
            observer?.Report(progress);
            watching.Report(progress);
            tell(new CellAdvanced(cell, progress));
        }), stop);
        watching.Finish(trained);
        Forget(folder);
        Keep(trained, folder);
        using (traces.Phase("analysis"))
        {
            observer?.Finish(folder.Path, trained, stop);
            if (!isWhole)
            {
                AnalyzeWhole(planned, folder, device, trained, stop);
            }
        }

        using var evaluating = traces.Phase("evaluation");
        return Evaluate(trained, planned, device, folder, tell, stop);
    }

    /// <summary>Analyses the model with all its experts, as training saved it.</summary>
    private void AnalyzeWhole(PlannedCell planned, CellFolder folder, Device device, TrainingResult trained, CancellationToken stop)
    {
        if (analysis.Enabled && folder.Storage.Checkpoints.Newest().Newest is { } saved)
        {
            using var whole = planned.Source.Create(planned.Cell, device);
            RunCheckpoint.ReadModel(saved, whole.Model);
            using var observer = CellObserver.Begin(analysis, whole, planned.Cell.Training);
            observer?.Finish(folder.Path, trained, stop);
        }
    }

    /// <summary>The training itself; who watches is told where it breaks.</summary>
    private TrainingResult Steps(
        PlannedCell planned, Learner learner, CellFolder folder, ICellWatcher watching, IProgress<TrainingProgress> reports,
        CancellationToken stop)
    {
        var (cell, begin) = (planned.Cell, planned.Start.Checkpoint);
        var storage = folder.Storage with { Resume = begin };
        using var span = traces.Phase("training");
        using var threads = new ThreadCount(StepThreads.Of(learner, cell.Training, begin?.State.Machine.Threads));
        try
        {
            return team.Train(planned, folder, ranks => Trainer.Train(learner, cell.Training, ranks, storage, reports, stop)) with
            {
                Name = cell.Variant.Name,
                Settings = cell.Settings,
                Machine = MachineInfo.Current(cell.Training.Threads) with { Device = learner.Model.parameters().First().device.ToString() },
            };
        }
        catch (Exception reason)
        {
            watching.Break(reason is OperationCanceledException && stop.IsCancellationRequested ? null : reason);
            throw;
        }
    }

    /// <summary>The result of training is saved by now, whatever becomes of the evaluation.</summary>
    private TrainingResult Evaluate(
        TrainingResult trained, PlannedCell planned, Device device, CellFolder folder, Action<StudyEvent> tell, CancellationToken stop)
    {
        var cell = planned.Cell;
        using var threads = new ThreadCount(cell.Training.Threads);
        var progress = new Reports<EvaluationProgress>(at => tell(new CellEvaluated(cell, at)));
        var scores = evaluation.Run(planned, device, folder.Path, progress, stop);
        return scores.Count == 0 ? trained : Keep(trained with { Tasks = scores }, folder);
    }

    /// <summary>What an earlier model of the cell was found to be: training changed it, and nothing may say it of the new one.</summary>
    private static void Forget(CellFolder folder)
    {
        folder.Delete(EvaluationResults.FileName);
        folder.Delete($"{HarnessResults.Folder}/{HarnessResults.FileName}");
        var harness = folder.PathOf(HarnessResults.Folder);
        foreach (var old in Directory.GetFiles(folder.Path, CellAnalysis.Pattern)
            .Concat(Directory.Exists(harness) ? Directory.GetFiles(harness, HarnessSamples.Pattern) : []))
        {
            DiskFiles.Instance.DeleteFile(old);
        }
    }

    private static TrainingResult Keep(TrainingResult result, CellFolder folder)
    {
        folder.Write(CellFiles.Result, JsonSerializer.Serialize(result, RunJson.Line));
        return result;
    }

    /// <summary>Reports at once, on the training thread: <see cref="Progress{T}"/> would let reports overtake each other.</summary>
    private sealed class Reports<T>(Action<T> take) : IProgress<T>
    {
        public void Report(T value) => take(value);
    }
}
