using LibMoE.Runtime;

namespace Translation;

/// <summary>What translations are measured by.</summary>
internal static class TranslationFigures
{
    private const string Points = "points of 100";

    private static readonly LearnerMetric All = new("chrF", Points, MetricDirection.Higher);
    private static readonly LearnerMetric[] OfLanguage =
        [.. SentencePair.Languages.Select(name => new LearnerMetric($"chrF.{name}", Points, MetricDirection.Higher))];

    private static readonly LearnerMetric AllBleu = new("BLEU", Points, MetricDirection.Higher);
    private static readonly LearnerMetric[] BleuOfLanguage =
        [.. SentencePair.Languages.Select(name => new LearnerMetric($"BLEU.{name}", Points, MetricDirection.Higher))];

    private static readonly LearnerMetric Exact = new("exact", "share of sentences", MetricDirection.Higher);

    /// <summary>How much the loss is higher with another sentence's source.</summary>
    private static readonly LearnerMetric Gain = new("source gain", "nats per piece", MetricDirection.Higher);

    public static IReadOnlyList<LearnerMetric> Metrics { get; } =
        [All, .. OfLanguage, AllBleu, Exact, Gain, .. BleuOfLanguage, LearnerMetric.Loss];

    /// <summary>Where in the metrics the gain by the source stands.</summary>
    public static int GainPlace { get; } = Metrics.Index().Single(metric => metric.Item == Gain).Index;

    /// <summary>Each metric of one sentence alone.</summary>
    public static IEnumerable<double> Of(SentencePair pair, string translation, double gain, double loss)
    {
        var (characters, words) = (ChrF.OfSentence(translation, pair.Target), Bleu.OfSentence(translation, pair.Target));
        return
        [
            characters,
            .. OfLanguage.Select((_, language) => language == pair.Language ? characters : double.NaN),
            words,
            translation == pair.Target ? 1 : 0,
            gain,
            .. BleuOfLanguage.Select((_, language) => language == pair.Language ? words : double.NaN),
            loss,
        ];
    }

    /// <summary>The figures over all sentences: chrF and BLEU are no means over sentences.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="translations">What was said for each.</param>
    /// <param name="gains">By how much the loss is higher with another source; NaN of a method that has no loss.</param>
    /// <param name="losses">The loss of each.</param>
    public static IReadOnlyList<MeasuredMetric> Over(
        IReadOnlyList<SentencePair> pairs, IReadOnlyList<string> translations, IReadOnlyList<double> gains, IReadOnlyList<double> losses)
    {
        var said = pairs.Zip(translations, (pair, text) => (Pair: pair, Text: text)).ToList();
        return
        [
            Characters(All, said),
            .. OfLanguage.Select((metric, language) => Characters(metric, [.. said.Where(one => one.Pair.Language == language)])),
            Words(AllBleu, said),
            MeasuredMetric.Mean(Exact, [.. said.Select(one => one.Text == one.Pair.Target ? 1.0 : 0)]),
            MeasuredMetric.Mean(Gain, gains),
            .. BleuOfLanguage.Select((metric, language) => Words(metric, [.. said.Where(one => one.Pair.Language == language)])),
            MeasuredMetric.Mean(LearnerMetric.Loss, losses),
        ];
    }

    private static MeasuredMetric Characters(LearnerMetric metric, List<(SentencePair Pair, string Text)> said)
    {
        var figure = ChrF.Of(said.ConvertAll(one => one.Text), said.ConvertAll(one => one.Pair.Target));
        return new(metric.Name, metric.Unit, metric.Direction, figure.Value, figure.StdErr, []);
    }

    private static MeasuredMetric Words(LearnerMetric metric, List<(SentencePair Pair, string Text)> said)
    {
        var figure = Bleu.Of(said.ConvertAll(one => one.Text), said.ConvertAll(one => one.Pair.Target));
        return new(metric.Name, metric.Unit, metric.Direction, figure.Value, figure.StdErr, []);
    }
}
