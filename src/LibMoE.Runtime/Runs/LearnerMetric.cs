namespace LibMoE.Runtime;

/// <summary>A figure that a learner is measured by on held-out data.</summary>
/// <param name="Name">As files, tables and charts show it, such as <c>accuracy</c>; one learner has no two of one name.</param>
/// <param name="Unit">What it is counted in, such as <c>nats</c> or <c>share of rows</c>.</param>
/// <param name="Direction">Which way is better.</param>
public sealed record LearnerMetric(string Name, string Unit, MetricDirection Direction)
{
    /// <summary>The name of <see cref="Loss"/>.</summary>
    public const string LossName = "loss";

    /// <summary>The task loss on held-out data, without balancing terms, in nats.</summary>
    public static LearnerMetric Loss { get; } = new(LossName, "nats", MetricDirection.Lower);

    /// <summary>Whether larger values are better.</summary>
    public bool HigherIsBetter => Direction == MetricDirection.Higher;
}

/// <summary>Which way a metric is better.</summary>
public enum MetricDirection
{
    /// <summary>Smaller values are better, as of losses and errors.</summary>
    Lower,

    /// <summary>Larger values are better, as of accuracies.</summary>
    Higher,
}
