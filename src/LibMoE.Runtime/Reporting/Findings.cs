using Humanizer;

namespace LibMoE.Runtime;

/// <summary>What the figures of a study say, in words, and what they cannot say.</summary>
internal static class Findings
{
    /// <summary>Wall times nearer than this are called equal.</summary>
    private const double NoticeablyLonger = 1.05;

    /// <summary>One sentence or two per entry; empty where there is no baseline to compare with.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<TrainingResult> finished) =>
        Notices(finished) is { Count: > 0 } found ? [.. found.Select(notice => notice.Text), .. OneSeed(finished).Select(text => text.Replace("`", "", StringComparison.Ordinal))] : [];

    /// <summary>The same as a report has it, which says for itself what limits a study.</summary>
    public static IReadOnlyList<Notice> Notices(IReadOnlyCollection<TrainingResult> finished)
    {
        var texts = finished.GroupBy(HeldOutSettings.Label).ToList();
        return [.. texts.SelectMany(runs => OfOneText([.. runs])
            .Select(notice => texts.Count == 1 ? notice : notice with { Text = $"{runs.Key}: {notice.Text}" }))];
    }

    /// <summary>What one seed leaves out; empty where there are several.</summary>
    public static IEnumerable<string> OneSeed(IReadOnlyCollection<TrainingResult> finished) =>
        finished.Select(run => run.Seed).Distinct().Count() == 1
            ? ["There is one seed: error bars hold what the choice of held-out text changes, not what another start would. `--seeds 3` shows that."]
            : [];

    /// <summary>What runs say that were measured on the same held-out sequences.</summary>
    private static IReadOnlyList<Notice> OfOneText(IReadOnlyCollection<TrainingResult> finished)
    {
        var runs = BestSetting.OfEach(finished);
        var baseline = runs[MoeVariant.Dense].ToList();
        var comparisons = runs.Where(group => group.Key != MoeVariant.Dense)
            .Select(group => Comparison.Of(group, baseline))
            .OfType<Comparison>()
            .OrderBy(comparison => comparison.Difference)
            .ToList();
        return comparisons.Count == 0
            ? []
            :
            [
                .. BestSetting.Sentences(finished, runs).Select(sentence => new Notice(NoticeLevel.Note, sentence)),
                new Notice(NoticeLevel.Finding, AtEqualTokens(comparisons)),
                new Notice(NoticeLevel.Note, HowSure(baseline)),
                new Notice(NoticeLevel.Note, AtEqualTime(comparisons, runs)),
            ];
    }

    private static string AtEqualTokens(List<Comparison> comparisons)
    {
        string[] parts =
        [
            .. Part(comparisons.Where(comparison => comparison.IsBetter), "ends below Dense", "end below Dense"),
            .. Part(comparisons.Where(comparison => !comparison.IsBetter && !comparison.IsWorse),
                "cannot be told from Dense", "cannot be told from Dense"),
            .. Part(comparisons.Where(comparison => comparison.IsWorse), "ends above Dense", "end above Dense"),
        ];
        return $"At equal active parameters and tokens, {string.Join("; ", parts)}.";
    }

    private static IEnumerable<string> Part(IEnumerable<Comparison> comparisons, string one, string several)
    {
        var named = comparisons
            .Select(comparison => $"{comparison.Name} ({Figures.Difference(comparison.Difference, comparison.StandardError)})")
            .ToList();
        return named.Count == 0 ? [] : [$"{named.Humanize("and")} {(named.Count == 1 ? one : several)}"];
    }

    private static string HowSure(List<TrainingResult> baseline)
    {
        var seeds = baseline.Count == 1 ? "" : $" and {baseline.Count} seeds";
        return FormattableString.Invariant(
            $"Here ± is one standard error of the difference, paired over {baseline[0].SequenceLosses.Count} held-out sequences{seeds}; a difference counts from {Comparison.Significant} of them.");
    }

    /// <summary>Equal tokens are not equal time: says how many more steps the baseline could have made.</summary>
    private static string AtEqualTime(List<Comparison> comparisons, ILookup<string, TrainingResult> runs)
    {
        var best = comparisons[0];
        var baseline = runs[MoeVariant.Dense].ToList();
        var ratio = runs[best.Name].Average(run => run.WallSeconds) / baseline.Average(run => run.WallSeconds);
        if (ratio < NoticeablyLonger)
        {
            return $"{best.Name} took no longer than Dense, so equal wall time says the same.";
        }

        if (!best.IsBetter)
        {
            return FormattableString.Invariant($"{best.Name} took {ratio:F1} times as long as Dense, so equal wall time favours Dense.");
        }

        var steps = (int)Math.Round(baseline[0].History[^1].Steps * ratio);
        return FormattableString.Invariant(
            $"At equal wall time Dense would see {ratio:F1} times the tokens, because {best.Name} took {ratio:F1} times as long; ")
            + FormattableString.Invariant($"'study --variants Dense --steps {steps}' shows what that is worth.");
    }
}
