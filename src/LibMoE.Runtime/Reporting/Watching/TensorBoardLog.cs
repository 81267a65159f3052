using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>Writes what TensorBoard draws: <see cref="ProgressScalars"/>.</summary>
internal sealed class TensorBoardLog(CellFolder cell, IReadOnlyList<int> blocks, TimeProvider clock) : ICellWatcher
{
    private readonly EventFile _file = new(cell.Path, clock);

    /// <inheritdoc />
    public void Report(TrainingProgress progress) => _file.Write(progress.Step, Tagged(ProgressScalars.Of(progress, blocks)));

    /// <inheritdoc />
    public void Finish(TrainingResult result) => _file.Write(result.History[^1].Step, Tagged(ProgressScalars.Of(result)));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static IEnumerable<(string, double?)> Tagged(IEnumerable<(string Tag, double Value)> scalars) =>
        scalars.Select(scalar => (scalar.Tag, (double?)scalar.Value));
}
