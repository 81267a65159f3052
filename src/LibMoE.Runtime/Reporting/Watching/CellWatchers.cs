using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>Everyone who watches a cell.</summary>
internal sealed class CellWatchers(WatchOptions options, TrainingMeter meter, TimeProvider clock)
{
    /// <summary>Begins to watch a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="start">The checkpoint that it continues from; null where it begins.</param>
    public ICellWatcher Watch(StudyCell cell, CellFolder folder, Checkpoint? start) => new All(
    [
        new MetricsLog(folder, start?.State.Progress?.History ?? []),
        meter.Watch(cell, (int)(start?.Step ?? 0)),
        .. options.TensorBoard ? [new TensorBoardLog(folder, cell.Variant.BlockNumbers, clock)] : Array.Empty<ICellWatcher>(),
    ]);

    private sealed class All(IReadOnlyList<ICellWatcher> watchers) : ICellWatcher
    {
        public void Report(TrainingProgress progress)
        {
            foreach (var watcher in watchers)
            {
                watcher.Report(progress);
            }
        }

        public void Finish(TrainingResult result)
        {
            foreach (var watcher in watchers)
            {
                watcher.Finish(result);
            }
        }

        public void Dispose()
        {
            foreach (var watcher in watchers)
            {
                watcher.Dispose();
            }
        }
    }
}
