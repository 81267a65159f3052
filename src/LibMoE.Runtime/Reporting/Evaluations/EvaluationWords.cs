using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting.Evaluations;

/// <summary>How an evaluation's comparisons were made: the same words below the table on the screen and the one in the report.</summary>
internal static class EvaluationWords
{
    /// <summary>One sentence or two; empty where nothing was compared.</summary>
    public static string HowCompared(EvaluationComparison comparison)
    {
        var tested = comparison.Comparisons.Where(one => one.PValue is not null).ToList();
        if (tested.Count == 0)
        {
            return "";
        }

        List<TaskComparison> once = tested.FindAll(one => one.Seeds < 2);
        string[] tests = [.. Seeds(tested.Count > once.Count), .. Items(once, alone: once.Count == tested.Count)];
        var corrected = tested.Count > 1 ? FormattableString.Invariant($", p corrected for {tested.Count} comparisons (Holm)") : "";
        return $"A difference to {comparison.Baseline} is on the same items, with its 95 % interval, tested "
            + $"{string.Join(", ", tests)}{corrected}; "
            + FormattableString.Invariant($"it counts from p < {Significance.Level} on.")
            + (once.Count > 0
                ? " One seed is no more than these trained models on items like these: nothing is called better or worse."
                : "");
    }

    private static string[] Seeds(bool any) => any
        ? ["over seeds and items by Student's t with as many degrees of freedom as seeds (or items, if fewer) less one"]
        : [];

    private static string[] Items(List<TaskComparison> once, bool alone) => once.Count > 0
        ? [$"{(alone ? "" : "with one seed ")}over items alone ({string.Join(", ", once.Select(one => one.ItemsTest).Distinct())})"]
        : [];
}
