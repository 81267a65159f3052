namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// A report as the scalars that trackers draw: <c>loss/…</c>, a learner's metrics as <c>validation/…</c>, <c>training/…</c>, and per block
/// with a mixture, by its number in the model from 0, <c>load/block-i/…</c> and <c>balance/block-i/…</c>.
/// </summary>
internal static class ProgressScalars
{
    /// <summary>The scalars of a report; those that were not measured are left out.</summary>
    /// <param name="progress">The report.</param>
    /// <param name="blocks">The numbers in the model of the blocks with a mixture.</param>
    public static IEnumerable<(string Tag, double Value)> Of(TrainingProgress progress, IReadOnlyList<int> blocks) => Known(
    [
        ("loss/train", progress.Loss),
        ("loss/auxiliary", progress.AuxiliaryLoss),
        ("loss/validation", progress.ValidationLoss),
        .. (progress.Metrics ?? new Dictionary<string, double>()).Select(metric => ($"validation/{metric.Key}", (double?)metric.Value)),
        ("training/learning_rate", progress.LearningRate),
        ("training/tokens_per_second", progress.TokensPerSecond),
        ("load/cv", progress.LoadCv),
        ("load/dead_experts", progress.DeadExperts),
        .. progress.Blocks.SelectMany((block, index) => Of(block, blocks[index])),
    ]);

    /// <summary>The scalars of a result.</summary>
    public static IEnumerable<(string Tag, double Value)> Of(TrainingResult result) => Known(
    [
        ("loss/validation", double.IsNaN(result.ValidationLoss) && result.Metrics is not null ? null : result.ValidationLoss),
        .. (result.Metrics ?? []).Select(metric => ($"validation/{metric.Name}", (double?)metric.Value)),
        ("load/validation_cv", result.LoadCv),
    ]);

    private static IEnumerable<(string, double?)> Of(BlockProgress block, int number) =>
    [
        ($"load/block-{number}/max_over_mean", block.MaxOverMean),
        ($"load/block-{number}/dead", block.Dead),
        .. block.Losses.Select(term => ($"balance/block-{number}/{term.Key}", (double?)term.Value)),
    ];

    private static IEnumerable<(string, double)> Known(IEnumerable<(string Tag, double? Value)> scalars) =>
        scalars.Where(scalar => scalar.Value is not null).Select(scalar => (scalar.Tag, scalar.Value!.Value));
}
