namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>
/// A metric: f(Σ aᵢ / Σ bᵢ) over items i. For a share, a is 1 where the item is right and b = 1; for a perplexity per word, a is the text's
/// negative log-likelihood, b its words and f = exp.
/// </summary>
/// <param name="Name">See <see cref="MetricNames"/>.</param>
/// <param name="Form">f.</param>
/// <param name="Terms">a and b of an item.</param>
internal sealed record Metric(string Name, MetricForm Form, Func<ItemOutcome, (double A, double B)> Terms)
{
    private const double BitsPerNat = 1 / 0.69314718055994530942;

    /// <summary>The metrics by name. Adding one is a row here and a name in <see cref="MetricNames"/>.</summary>
    public static IReadOnlyDictionary<string, Metric> All { get; } = new[]
    {
        Share(MetricNames.Accuracy,
            item => item.LogLikelihoods.Length > 1 ? item.IsRight(option => item.LogLikelihoods[option]) : item.Greedy),
        Share(MetricNames.AccuracyByCharacter, item => item.IsRight(option => item.LogLikelihoods[option] / item.Characters[option])),
        Share(MetricNames.AccuracyByByte, item => item.IsRight(option => item.LogLikelihoods[option] / item.Bytes[option])),
        Share(MetricNames.AccuracyByToken, item => item.IsRight(option => item.LogLikelihoods[option] / item.Tokens[option])),
        Share(MetricNames.ExactMatch, item => item.Exact),
        new Metric(MetricNames.Perplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], 1)),
        new Metric(MetricNames.PerplexityByToken, MetricForm.Exponential, item => (-item.LogLikelihoods[0] / item.Tokens[0], 1)),
        new Metric(MetricNames.WordPerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Words)),
        new Metric(MetricNames.BytePerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Bytes[0])),
        new Metric(MetricNames.TokenPerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Tokens[0])),
        new Metric(MetricNames.BitsPerByte, MetricForm.Ratio, item => (-item.LogLikelihoods[0] * BitsPerNat, item.Bytes[0])),
    }.ToDictionary(metric => metric.Name);

    /// <summary>Whether every item counts as right or wrong.</summary>
    public bool IsShare => Form == MetricForm.Share;

    /// <summary>f.</summary>
    public double Value(double ratio) => Form == MetricForm.Exponential ? Math.Exp(ratio) : ratio;

    /// <summary>f′, by which the standard error of the ratio becomes that of the value (delta method).</summary>
    public double Slope(double ratio) => Form == MetricForm.Exponential ? Math.Exp(ratio) : 1;

    private static Metric Share(string name, Func<ItemOutcome, bool> right) =>
        new(name, MetricForm.Share, item => (right(item) ? 1 : 0, 1));
}

/// <summary>What becomes of Σa/Σb.</summary>
internal enum MetricForm
{
    /// <summary>It is a share of items: itself.</summary>
    Share,

    /// <summary>It is a ratio: itself.</summary>
    Ratio,

    /// <summary>exp.</summary>
    Exponential,
}
