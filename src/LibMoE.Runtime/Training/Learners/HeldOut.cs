namespace LibMoE.Runtime;

/// <summary>A learner as it was measured on held-out data.</summary>
/// <param name="Metrics">The metrics, in the order of <see cref="Learner.Metrics"/>.</param>
/// <param name="Load">How the experts were used; null without counts.</param>
public sealed record HeldOut(IReadOnlyList<MeasuredMetric> Metrics, ExpertLoad? Load)
{
    /// <summary>The metric by which variants are ranked: the first.</summary>
    public MeasuredMetric Main => Metrics[0];

    /// <summary>The task loss; NaN where it is not measured.</summary>
    public double Loss => Find(LearnerMetric.LossName)?.Value ?? double.NaN;

    /// <summary>What is known only of text; null for another learner.</summary>
    internal CorpusLoss? Text { get; init; }

    /// <summary>The metric of that name; null where there is none.</summary>
    public MeasuredMetric? Find(string name) =>
        Metrics.FirstOrDefault(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
