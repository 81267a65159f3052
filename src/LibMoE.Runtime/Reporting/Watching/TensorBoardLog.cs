using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>
/// Writes what TensorBoard draws: <c>loss/…</c>, a learner's metrics as <c>validation/…</c>, <c>training/…</c>, and per block with a
/// mixture, by its number in the model from 0, <c>load/block-i/…</c> and <c>balance/block-i/…</c>.
/// </summary>
internal sealed class TensorBoardLog(CellFolder cell, IReadOnlyList<int> blocks, TimeProvider clock) : ICellWatcher
{
    private readonly EventFile _file = new(cell.Path, clock);

    /// <inheritdoc />
    public void Report(TrainingProgress progress) => _file.Write(progress.Step,
    [
        ("loss/train", progress.Loss),
        ("loss/auxiliary", progress.AuxiliaryLoss),
        ("loss/validation", progress.ValidationLoss),
        .. (progress.Metrics ?? new Dictionary<string, double>()).Select(metric => ($"validation/{metric.Key}", (double?)metric.Value)),
        ("training/learning_rate", progress.LearningRate),
        ("training/tokens_per_second", progress.TokensPerSecond),
        ("load/cv", progress.LoadCv),
        ("load/dead_experts", progress.DeadExperts),
        .. progress.Blocks.SelectMany((block, index) => Scalars(block, blocks[index])),
    ]);

    /// <inheritdoc />
    public void Finish(TrainingResult result) => _file.Write(result.History[^1].Step,
    [
        ("loss/validation", double.IsNaN(result.ValidationLoss) && result.Metrics is not null ? null : result.ValidationLoss),
        .. (result.Metrics ?? []).Select(metric => ($"validation/{metric.Name}", (double?)metric.Value)),
        ("load/validation_cv", result.LoadCv),
    ]);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static IEnumerable<(string Tag, double? Value)> Scalars(BlockProgress block, int number) =>
    [
        ($"load/block-{number}/max_over_mean", block.MaxOverMean),
        ($"load/block-{number}/dead", block.Dead),
        .. block.Losses.Select(term => ($"balance/block-{number}/{term.Key}", (double?)term.Value)),
    ];
}
