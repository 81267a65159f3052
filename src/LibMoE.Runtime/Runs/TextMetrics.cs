namespace LibMoE.Runtime.Runs;

/// <summary>What a language model is measured by. Its files have the figures under names of their own, from which these follow.</summary>
internal static class TextMetrics
{
    /// <summary>The name of <see cref="Perplexity"/>.</summary>
    public const string PerplexityName = "perplexity";

    /// <summary>Loss on the held-out sequences, the mean over them.</summary>
    public static LearnerMetric Loss { get; } = LearnerMetric.Loss with { Unit = "nats per token" };

    /// <summary>exp(nats per byte).</summary>
    public static LearnerMetric Perplexity { get; } = new(PerplexityName, "per byte", MetricDirection.Lower);

    /// <summary>Both.</summary>
    public static IReadOnlyList<LearnerMetric> All { get; } = [Loss, Perplexity];

    /// <summary>
    /// Both as measured. With b the bytes of a token, perplexity is exp(ℓ/b), and its standard error to first order exp(ℓ/b)·se(ℓ)/b, where
    /// 1/b = ln(perplexity)/ℓ.
    /// </summary>
    /// <param name="loss">ℓ, nats per token.</param>
    /// <param name="stdErr">Its standard error.</param>
    /// <param name="sequences">The losses of the sequences.</param>
    /// <param name="perplexity">exp(ℓ/b).</param>
    public static IReadOnlyList<MeasuredMetric> Of(double loss, double stdErr, IReadOnlyList<double> sequences, double perplexity) =>
    [
        new(Loss.Name, Loss.Unit, Loss.Direction, loss, stdErr, sequences),
        new(Perplexity.Name, Perplexity.Unit, Perplexity.Direction, perplexity, perplexity * stdErr * Math.Log(perplexity) / loss, []),
    ];
}
