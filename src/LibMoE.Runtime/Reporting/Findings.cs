using Humanizer;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting;

/// <summary>What the figures of a study say, in words, and what they cannot say.</summary>
internal static class Findings
{
    /// <summary>One sentence or two per entry; empty where there is nothing to compare.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<TrainingResult> finished) =>
        [.. Notices(finished).Select(notice => notice.Text)];

    /// <summary>The same, each a finding or a caution.</summary>
    public static IReadOnlyList<Notice> Notices(IReadOnlyCollection<TrainingResult> finished)
    {
        var texts = DenseComparisons.Of(finished);
        var comparisons = texts.Sum(text => text.Comparisons.Count);
        return
        [
            .. from text in texts
               from notice in OfOneText(text, comparisons)
               select texts.Count == 1 ? notice : notice with { Text = $"{text.Text}: {notice.Text}" },
        ];
    }

    /// <summary>What one seed leaves out; empty where there are several.</summary>
    public static IEnumerable<string> OneSeed(IReadOnlyCollection<TrainingResult> finished) =>
        finished.Select(run => run.Seed).Distinct().Count() == 1
            ? ["There is one seed: error bars hold what the choice of held-out text changes, not what another start would. "
                + "`--seeds 3` shows that."]
            : [];

    /// <summary>What runs say that were measured on the same held-out sequences.</summary>
    private static IEnumerable<Notice> OfOneText(DenseComparisons text, int comparisons)
    {
        List<Comparison> sure = [.. text.Comparisons.Where(comparison => comparison.Over.CoversSeeds)];
        List<Comparison> once = [.. text.Comparisons.Where(comparison => !comparison.Over.CoversSeeds)];
        if (text.Comparisons.Count > 0)
        {
            foreach (var sentence in BestSetting.Sentences(text.Finished, text.Runs))
            {
                yield return new(NoticeLevel.Note, sentence);
            }
        }

        if (sure.Count > 0)
        {
            var told = sure.Any(comparison => comparison.IsBetter || comparison.IsWorse);
            yield return new(told ? NoticeLevel.Finding : NoticeLevel.Caution, AtEqualTokens(sure, Size(text, sure)));
            yield return new(NoticeLevel.Note, HowSure(sure, comparisons));
        }

        if (once.Count > 0)
        {
            yield return new(NoticeLevel.Caution, FromOneSeed(once, Size(text, once)));
        }

        foreach (var sentence in BestSetting.Edges(text.Finished, text.Runs))
        {
            yield return new(NoticeLevel.Caution, sentence);
        }

        foreach (var run in text.NotRanked)
        {
            yield return new(NoticeLevel.Caution, NotRanked(run));
        }

        if (text.Comparisons.Count > 0
            && TimeComparison.Of(text.Runs).FirstOrDefault(time => time.Name == text.Comparisons[0].Name) is { } time)
        {
            yield return AtEqualTime(text, time);
        }
    }

    private static string? Size(DenseComparisons text, IEnumerable<Comparison> comparisons) =>
        RelativeSize.Of(comparisons.SelectMany(comparison => text.Runs[comparison.Name]), text.Baseline);

    private static string AtEqual(string? size, string what) => size is null
        ? $"At equal active parameters and {what}"
        : $"At equal {what} and {size} times Dense's active parameters";

    private static string AtEqualTokens(List<Comparison> comparisons, string? size)
    {
        var metric = comparisons[0].Metric;
        if (!MetricWords.IsText(metric))
        {
            string[] told =
            [
                .. Part(comparisons.Where(comparison => comparison.IsBetter), "is better than Dense", "are better than Dense"),
                .. Part(comparisons.Where(comparison => !comparison.IsBetter && !comparison.IsWorse),
                    "cannot be told from Dense", "cannot be told from Dense"),
                .. Part(comparisons.Where(comparison => comparison.IsWorse), "is worse than Dense", "are worse than Dense"),
            ];
            return $"By {metric.Name} ({metric.Unit}, {(metric.HigherIsBetter ? "higher" : "lower")} is better), at equal steps"
                + (size is null ? "" : $" and {size} times Dense's active parameters")
                + $", {string.Join("; ", told)}.";
        }

        string[] parts =
        [
            .. Part(comparisons.Where(comparison => comparison.IsBetter), "ends below Dense", "end below Dense"),
            .. Part(comparisons.Where(comparison => !comparison.IsBetter && !comparison.IsWorse),
                "cannot be distinguished from Dense", "cannot be distinguished from Dense"),
            .. Part(comparisons.Where(comparison => comparison.IsWorse), "ends above Dense", "end above Dense"),
        ];
        return $"{AtEqual(size, "tokens")}, {string.Join("; ", parts)}.";
    }

    private static IEnumerable<string> Part(IEnumerable<Comparison> comparisons, string one, string several)
    {
        var named = comparisons.Select(Named).ToList();
        return named.Count == 0 ? [] : [$"{named.Humanize("and")} {(named.Count == 1 ? one : several)}"];
    }

    private static string Named(Comparison comparison) =>
        $"{comparison.Name} ({Figures.Difference(comparison.Difference, comparison.StandardError)})";

    private static string HowSure(List<Comparison> comparisons, int all) =>
        "Here ± is one standard error of the difference over seeds and "
            + MetricWords.Items(comparisons[0].Metric) + ", paired by both. Tested by "
        + Significance.Test(
            comparisons.MinBy(comparison => comparison.Over.Seeds)!.Over, MetricWords.Items(comparisons[0].Metric), all)
        + ".";

    private static string FromOneSeed(List<Comparison> comparisons, string? size) =>
        $"{AtEqual(size, MetricWords.IsText(comparisons[0].Metric) ? "tokens" : "steps")}, "
        + "one seed says nothing of the variants beyond these trained models and the "
        + Significance.Counted(comparisons[0].Over, MetricWords.Items(comparisons[0].Metric))
        + ", over which alone ± is one standard error of the difference to Dense: "
        + $"{comparisons.Select(Named).Humanize("and")}. Another seed may turn that; --seeds 5 shows whether it does.";

    private static string NotRanked(TrainingResult run) =>
        $"{run.Name} {run.SeesOtherTokens}. It is not ranked against layers that route each token alone: its loss "
            + $"({Figures.Loss(run.ValidationLoss)}) is not that of "
        + (run.Metrics is null ? "predicting a next token." : "one example alone.");

    /// <summary>Equal tokens are not equal time: says how many more steps the baseline could have made.</summary>
    private static Notice AtEqualTime(DenseComparisons text, TimeComparison time)
    {
        if (!time.IsTold)
        {
            return new(NoticeLevel.Note, $"Nothing is said of equal wall time: {time.Sentence}.");
        }

        if (time.Ratio < 1)
        {
            return new(NoticeLevel.Finding, $"{time.Sentence}: equal wall time favours {time.Name}.");
        }

        if (!text.Comparisons[0].IsBetter)
        {
            return new(NoticeLevel.Finding, $"{time.Sentence}: equal wall time favours Dense.");
        }

        var steps = (int)Math.Round(text.Baseline[0].History[^1].Steps * time.Ratio);
        return new(NoticeLevel.Finding, FormattableString.Invariant(
            $"{time.Sentence}, so that at equal wall time Dense would see {time.Ratio:F1} times the tokens; ")
            + FormattableString.Invariant($"'study --variants Dense --steps {steps}' shows what that is worth."));
    }
}
