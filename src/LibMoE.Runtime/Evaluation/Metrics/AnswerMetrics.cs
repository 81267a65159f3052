namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>The metrics of answers that a rule scored. Where several questions count together, one that has no answer (its image was
/// refused) is not right.</summary>
internal static class AnswerMetrics
{
    private const string Yes = "yes";
    private const int Pair = 2;

    private static readonly string[] Perception =
        ["existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR"];

    private static readonly string[] Cognition = ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        Metric.Share(MetricNames.AccuracyWithGuesses, item => item.Read is null && item.Options > 0 ? 1.0 / item.Options : Score(item)),
        Metric.Share(MetricNames.SoftAccuracy, Score) with { Chance = null },
        Metric.OfItems(MetricNames.Precision, MetricForm.Ratio, item => (Both(item), SaysYes(item))),
        Metric.OfItems(MetricNames.Recall, MetricForm.Ratio, item => (Both(item), IsYes(item))),
        Metric.OfItems(MetricNames.F1, MetricForm.Ratio, item => (2 * Both(item), SaysYes(item) + IsYes(item))),
        Metric.OfItems(MetricNames.YesRatio, MetricForm.Ratio, item => (SaysYes(item), 1)),
        Of(MetricNames.PairAccuracy, unit => BothRight(unit), options => 1.0 / (options * options)),
        Of(MetricNames.MmeScore, Mme, options => ((1.0 / options) + (1.0 / (options * options))) / 2),
        SumOfMme(MetricNames.MmePerception, Perception),
        SumOfMme(MetricNames.MmeCognition, Cognition),
        Of(MetricNames.CircularAccuracy, unit => unit.Count == unit[0].Options && unit.All(IsRight) ? 1 : 0,
            options => Math.Pow(options, -options)),
        Metric.OfItems(MetricNames.VanillaAccuracy, MetricForm.Share, item => Detail(item, "rotation") == "0" ? (Score(item), 1) : (0, 0))
            with { Chance = options => 1.0 / options },
        Within(MetricNames.FigureAccuracy, "figure"),
        Within(MetricNames.QuestionAccuracy, "question"),
    ];

    private static Metric Of(string name, Func<IReadOnlyList<ItemOutcome>, double> score, Func<int, double> chance) =>
        new(name, MetricForm.Share, unit => (score(unit), 1)) { OfUnits = true, Chance = chance };

    /// <summary>100·(accuracy + accuracy+) of a subtask, summed over subtasks.</summary>
    private static Metric SumOfMme(string name, string[] subtasks) =>
        new(name, MetricForm.Ratio, unit => (200 * Mme(unit), 1)) { OfUnits = true, SumOver = subtasks };

    /// <summary>Share of the parts of a unit, named by a detail, in which every question is right.</summary>
    private static Metric Within(string name, string detail) => new(name, MetricForm.Share, unit =>
    {
        var parts = unit.GroupBy(item => Detail(item, detail)).ToList();
        return (parts.Count(part => part.All(IsRight)), parts.Count);
    })
    { OfUnits = true };

    private static double Mme(IReadOnlyList<ItemOutcome> unit) => ((unit.Sum(Score) / Pair) + BothRight(unit)) / 2;

    private static double BothRight(IReadOnlyList<ItemOutcome> unit) => unit.Count == Pair && unit.All(IsRight) ? 1 : 0;

    private static double Both(ItemOutcome item) => SaysYes(item) * IsYes(item);

    private static double SaysYes(ItemOutcome item) => item.Read == Yes ? 1 : 0;

    private static double IsYes(ItemOutcome item) => item.Target == Yes ? 1 : 0;

    private static double Score(ItemOutcome item) => item.Score ?? 0;

    private static bool IsRight(ItemOutcome item) => item.Score == 1;

    private static string Detail(ItemOutcome item, string name) => item.Details?.GetValueOrDefault(name) ?? "";
}
