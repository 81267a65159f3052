using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>Everyone who watches a cell: the run's own record and instruments, and the trackers that were asked for.</summary>
internal sealed class CellWatchers(
    TrackingOptions options, WatchOptions watch, TrainingMeter meter, TelemetryExport export, IHostEnvironment environment,
    ILogger<CellWatchers> log, TimeProvider clock)
{
    /// <summary>The trackers of a cell. A new one is a class and a row here; its failures are not the run's.</summary>
    private static readonly (string Name, Func<CellWatchers, Watched, bool> Wanted, Func<CellWatchers, Watched, ICellWatcher> Make)[]
        Trackers =
    [
        ("TensorBoard", (all, _) => all.WritesEvents, (all, cell) => new TensorBoardLog(
            cell.Folder, cell.Cell.Variant.BlockNumbers, all.Clock)),
        ("MLflow", (all, _) => all.Options.MlflowUri is not null, (all, cell) => new MlflowRun(
            all.Options.MlflowUri!, all.Experiment, cell.Cell, cell.Folder, all.Log, all.Clock)),

        // A rank with some of the experts draws no texts: the others would have to draw them with it.
        ("Samples of text",
            (all, cell) => all.Options.SampleEvery > 0 && cell.Learner is TextLearner && !ExpertSlices.Of(cell.Learner.Model).Any,
            (all, cell) => new TextSamples((TextLearner)cell.Learner, all.Options, cell.Folder, cell.Start?.Step ?? 0)),
    ];

    private TrackingOptions Options => options;

    private bool WritesEvents => options.TensorBoard ?? watch.TensorBoard;

    private string Experiment => options.MlflowExperiment.Length > 0 ? options.MlflowExperiment : environment.ApplicationName;

    private ILogger Log => log;

    private TimeProvider Clock => clock;

    /// <summary>Begins what is exported of the whole process, where it has not begun.</summary>
    public void Begin() => export.Begin();

    /// <summary>Begins to watch a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="learner">What it trains.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="start">The checkpoint that it continues from; null where it begins.</param>
    public ICellWatcher Watch(StudyCell cell, Learner learner, CellFolder folder, Checkpoint? start)
    {
        var watched = new Watched(cell, learner, folder, start);
        return new All(
        [
            new MetricsLog(folder, start?.State.Progress?.History ?? []),
            meter.Watch(cell, (int)(start?.Step ?? 0)),
            .. Trackers.Where(tracker => tracker.Wanted(this, watched))
                .Select(tracker => new GuardedWatcher(tracker.Name, () => tracker.Make(this, watched), log).Begin()),
        ]);
    }

    /// <summary>A cell as its watchers see it.</summary>
    /// <param name="Cell">The cell.</param>
    /// <param name="Learner">What it trains.</param>
    /// <param name="Folder">Its folder.</param>
    /// <param name="Start">The checkpoint that it continues from; null where it begins.</param>
    private sealed record Watched(StudyCell Cell, Learner Learner, CellFolder Folder, Checkpoint? Start);

    private sealed class All(IReadOnlyList<ICellWatcher> watchers) : ICellWatcher
    {
        public void Report(TrainingProgress progress) => Each(watcher => watcher.Report(progress));

        public void Finish(TrainingResult result) => Each(watcher => watcher.Finish(result));

        public void Break(Exception? reason) => Each(watcher => watcher.Break(reason));

        public void Dispose() => Each(watcher => watcher.Dispose());

        private void Each(Action<ICellWatcher> tell)
        {
            foreach (var watcher in watchers)
            {
                tell(watcher);
            }
        }
    }
}
