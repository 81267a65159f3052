namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>
/// A metric: f(Σ aᵤ / Σ bᵤ) over sampling units u, which mostly are single items. For a share, a is 1 where the item is right and b = 1;
/// for a perplexity per word, a is the text's negative log-likelihood, b its words and f = exp. Without any b (no answer is yes, for a
/// precision) it is 0.
/// </summary>
/// <param name="Name">See <see cref="MetricNames"/>.</param>
/// <param name="Form">f.</param>
/// <param name="Terms">a and b of a unit's items.</param>
internal sealed record Metric(string Name, MetricForm Form, Func<IReadOnlyList<ItemOutcome>, (double A, double B)> Terms)
{
    private const double BitsPerNat = 1 / 0.69314718055994530942;

    /// <summary>The metrics by name. Adding one is a row here or in <see cref="AnswerMetrics"/>, and a name in
    /// <see cref="MetricNames"/>.</summary>
    public static IReadOnlyDictionary<string, Metric> All { get; } = new[]
    {
        Share(MetricNames.Accuracy, item => item.Score ?? Right(
            item.LogLikelihoods.Length > 1 ? item.IsRight(option => item.LogLikelihoods[option]) : item.Greedy)),
        Share(MetricNames.AccuracyByCharacter, item =>
            Right(item.IsRight(option => item.LogLikelihoods[option] / item.Characters[option]))),
        Share(MetricNames.AccuracyByByte, item => Right(item.IsRight(option => item.LogLikelihoods[option] / item.Bytes[option]))),
        Share(MetricNames.AccuracyByToken, item => Right(item.IsRight(option => item.LogLikelihoods[option] / item.Tokens[option]))),
        Share(MetricNames.ExactMatch, item => Right(item.Exact)),
        OfItems(MetricNames.Perplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], 1)),
        OfItems(MetricNames.PerplexityByToken, MetricForm.Exponential, item => (-item.LogLikelihoods[0] / item.Tokens[0], 1)),
        OfItems(MetricNames.WordPerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Words)),
        OfItems(MetricNames.BytePerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Bytes[0])),
        OfItems(MetricNames.TokenPerplexity, MetricForm.Exponential, item => (-item.LogLikelihoods[0], item.Tokens[0])),
        OfItems(MetricNames.BitsPerByte, MetricForm.Ratio, item => (-item.LogLikelihoods[0] * BitsPerNat, item.Bytes[0])),
    }.Concat(AnswerMetrics.All).ToDictionary(metric => metric.Name);

    /// <summary>Whether it is a mean of numbers from 0, wrong, to 1, right.</summary>
    public bool IsShare => Form == MetricForm.Share;

    /// <summary>Of a sum over groups, which ones; null for a metric that is no such sum.</summary>
    public IReadOnlyList<string>? SumOver { get; init; }

    /// <summary>Whether the items of a unit count together: then one that was refused is wrong, where it is left out otherwise.</summary>
    public bool OfUnits { get; init; }

    /// <summary>What guessing scores on a unit with k options a question; null where that is not known.</summary>
    public Func<int, double>? Chance { get; init; }

    /// <summary>f.</summary>
    public double Value(double ratio) => Form == MetricForm.Exponential ? Math.Exp(ratio) : ratio;

    /// <summary>f′, by which the standard error of the ratio becomes that of the value (delta method).</summary>
    public double Slope(double ratio) => Form == MetricForm.Exponential ? Math.Exp(ratio) : 1;

    /// <summary>The items that it is over: without those refused, unless they count together with others.</summary>
    public IReadOnlyList<ItemOutcome> Counted(IReadOnlyList<ItemOutcome> items) =>
        OfUnits || !items.Any(item => item.Refused) ? items : [.. items.Where(item => !item.Refused)];

    /// <summary>A mean over items of a number from 0 to 1.</summary>
    public static Metric Share(string name, Func<ItemOutcome, double> score) =>
        OfItems(name, MetricForm.Share, item => (score(item), 1)) with { Chance = options => 1.0 / options };

    /// <summary>A ratio of sums over items.</summary>
    public static Metric OfItems(string name, MetricForm form, Func<ItemOutcome, (double A, double B)> terms) => new(name, form, unit =>
    {
        var (a, b) = (0.0, 0.0);
        foreach (var item in unit)
        {
            var (itemA, itemB) = terms(item);
            (a, b) = (a + itemA, b + itemB);
        }

        return (a, b);
    });

    private static double Right(bool right) => right ? 1 : 0;
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
