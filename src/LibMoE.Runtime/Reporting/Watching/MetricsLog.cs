using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>Writes <c>metrics.jsonl</c>: one <see cref="TrainingProgress"/> a line.</summary>
/// <param name="cell">The cell's folder.</param>
/// <param name="before">The reports of the run that is continued; what it reported after its last checkpoint is reported again.</param>
internal sealed class MetricsLog(CellFolder cell, IEnumerable<TrainingProgress> before) : ICellWatcher
{
    private readonly LineFile _lines = cell.OpenLines(CellFiles.Metrics, before.Select(Line));

    /// <inheritdoc />
    public void Report(TrainingProgress progress) => _lines.WriteLine(Line(progress));

    /// <inheritdoc />
    public void Finish(TrainingResult result)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _lines.Dispose();

    private static string Line(TrainingProgress progress) => JsonSerializer.Serialize(progress, RunJson.Line);
}
