namespace LibMoE.Runtime;

/// <summary>The scores of one model over its checkpoints: is the last one the best?</summary>
/// <param name="Name">The variant or method.</param>
/// <param name="Points">The checkpoints in the order of training; a null score is missing, or is not of the same tasks as the others,
/// and is not compared.</param>
/// <param name="LowerIsBetter">Whether a lower score is better, as for a loss.</param>
public sealed record CheckpointCurve(string Name, IReadOnlyList<CheckpointScore> Points, bool LowerIsBetter = false)
{
    /// <summary>The best checkpoint; of equal ones the earliest. Null without a score.</summary>
    public CheckpointScore? Best => Scored.Aggregate(
        (CheckpointScore?)null, (best, point) => best is null || IsBetter(point.Score!.Value, best.Score!.Value) ? point : best);

    /// <summary>The last checkpoint with a score.</summary>
    public CheckpointScore? Last => Scored.LastOrDefault();

    /// <summary>Whether some earlier checkpoint is strictly better than the last one.</summary>
    public bool PeaksEarly => Best is { } best && IsBetter(best.Score!.Value, Last!.Score!.Value);

    /// <summary>How much better the best is than the last: at least 0.</summary>
    public double Lost => Best is { } best ? Math.Abs(best.Score!.Value - Last!.Score!.Value) : 0;

    private IEnumerable<CheckpointScore> Scored => Points.Where(point => point.Score is not null);

    private bool IsBetter(double score, double other) => LowerIsBetter ? score < other : score > other;

    /// <summary>The share of curves whose best checkpoint is not the last: LibMoE's case for early stopping.</summary>
    public static double ShareThatPeakEarly(IReadOnlyCollection<CheckpointCurve> curves) =>
        curves.Count == 0 ? 0 : (double)curves.Count(curve => curve.PeaksEarly) / curves.Count;
}

/// <summary>One checkpoint's score.</summary>
/// <param name="Fraction">How much of training was done, from 0 to 1.</param>
/// <param name="Score">The score; null where it is missing or not comparable.</param>
public sealed record CheckpointScore(double Fraction, double? Score);
