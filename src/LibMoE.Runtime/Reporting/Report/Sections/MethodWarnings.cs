using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What limits the conclusions from a study. A new warning is one row of the table and one test.</summary>
internal static class MethodWarnings
{
    private static readonly (NoticeLevel Level, Func<StudyRecord, IEnumerable<string>> Finds)[] Table =
    [
        (NoticeLevel.Fault, Failed),
        (NoticeLevel.Fault, Unreadable),
        (NoticeLevel.Fault, Diverged),
        (NoticeLevel.Caution, Unfinished),
        (NoticeLevel.Caution, OneSeed),
        (NoticeLevel.Caution, UnequalSeeds),
        (NoticeLevel.Caution, NoBaseline),
        (NoticeLevel.Caution, UnequalActiveParameters),
        (NoticeLevel.Caution, UnequalSteps),
        (NoticeLevel.Caution, ManyComparisons),
        (NoticeLevel.Caution, SeeLaterTokens),
        (NoticeLevel.Caution, WithinChance),
        (NoticeLevel.Caution, DeadExperts),
        (NoticeLevel.Caution, DroppedTokens),
    ];

    /// <summary>Everything that applies, faults first.</summary>
    public static IEnumerable<Notice> Of(StudyRecord study) =>
        from row in Table
        from text in row.Finds(study)
        select new Notice(row.Level, text);

    private static IEnumerable<string> Failed(StudyRecord study) =>
        study.With(CellStatus.Failed).Select(cell => $"{cell.Label}, failed: {cell.Reason}");

    private static IEnumerable<string> Unreadable(StudyRecord study) => study.Problems;

    private static IEnumerable<string> Diverged(StudyRecord study) => study.Finished.Select(Divergence.Of).OfType<string>();

    private static IEnumerable<string> Unfinished(StudyRecord study)
    {
        var unfinished = study.With(CellStatus.Unfinished);
        if (study.Cells.Count == 0)
        {
            yield return "There is no run in this folder, so there is nothing to compare. A run appears here as soon as it starts.";
        }
        else if (unfinished.Count > 0)
        {
            var at = unfinished.Select(cell => cell.Progress is [.., var last]
                ? FormattableString.Invariant($"{cell.Label} (step {last.Step} of {last.Steps})")
                : $"{cell.Label} (no step yet)");
            yield return $"The study is not finished: {at.Humanize("and")} {(unfinished.Count == 1 ? "has" : "have")} not ended. "
                + "Tables hold finished runs only; curves show how far the others are.";
        }
    }

    /// <summary>Where variants are compared from one seed, the findings say so already.</summary>
    private static IEnumerable<string> OneSeed(StudyRecord study)
    {
        if (study.Finished.Count > 0
            && study.Finished.Select(run => run.Seed).Distinct().Count() == 1 && DenseComparisons.ByLabel(study.Finished).Count == 0)
        {
            yield return "There is one seed: error bars hold what the choice of held-out text changes, not what another start would, "
                + "so that no variant is called better or worse. `--seeds 5` shows more.";
        }
    }

    private static IEnumerable<string> UnequalSeeds(StudyRecord study)
    {
        var counts = study.Finished.CountBy(run => run.Label).ToList();
        if (counts.Count > 1 && counts.Select(variant => variant.Value).Distinct().Count() > 1)
        {
            yield return "Variants have unequal numbers of finished seeds "
                + $"({NameList.Of([.. counts.Select(variant => $"{variant.Key} {variant.Value}")])}); differences use only "
                + "seeds that both have.";
        }
    }

    private static IEnumerable<string> NoBaseline(StudyRecord study)
    {
        if (study.Finished.Count > 0 && study.Finished.All(run => run.Name != MoeVariant.Dense))
        {
            yield return "The dense baseline did not take part or has not finished, so it is not known whether any mixture is "
                + "worth its parameters.";
        }
    }

    private static IEnumerable<string> UnequalActiveParameters(StudyRecord study)
    {
        if (study.Finished.Count == 0)
        {
            yield break;
        }

        var (least, most) = (study.Finished.MinBy(run => run.ActiveParameters)!, study.Finished.MaxBy(run => run.ActiveParameters)!);
        var difference = (double)most.ActiveParameters / least.ActiveParameters - 1;
        if (difference > RelativeSize.Equal)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Active parameters differ by {difference:P1} ({least.Name} has {least.ActiveParameters:N0}, {most.Name} "
                    + $"{most.ActiveParameters:N0}): part of a difference in loss may be size.");
        }
    }

    private static IEnumerable<string> UnequalSteps(StudyRecord study)
    {
        var steps = study.Finished.Where(run => run.History.Count > 0).Select(run => run.History[^1].Step).Distinct().Order().ToList();
        if (steps.Count > 1)
        {
            yield return FormattableString.Invariant(
                $"Runs ended after unequal numbers of steps ({steps[0]} to {steps[^1]}): they did not see the same data.");
        }
    }

    private static IEnumerable<string> ManyComparisons(StudyRecord study)
    {
        var compared = DenseComparisons.ByLabel(study.Finished).Values.Where(comparison => comparison.Over.CoversSeeds).ToList();
        if (compared.Count >= 5)
        {
            var freedom = compared.Min(comparison => comparison.Over.Freedom);
            var least = StudentT.Quantile(Significance.Level / compared.Count, freedom);
            yield return FormattableString.Invariant(
                $"{compared.Count} variants are compared with Dense over {compared.Min(comparison => comparison.Over.Seeds)} seeds: ")
                + string.Create(CultureInfo.InvariantCulture, $"corrected for their number, the largest difference counts from {least:F1} "
                    + $"of its standard errors on. More seeds resolve smaller differences.");
        }
    }

    private static IEnumerable<string> SeeLaterTokens(StudyRecord study) => study.Finished
        .Where(run => run.SeesOtherTokens is not null)
        .DistinctBy(run => run.Name)
        .Select(run => $"{run.Name} {run.SeesOtherTokens}. Neither its loss nor its scores are ranked against those of layers that "
            + "route each token alone.");

    private static IEnumerable<string> DeadExperts(StudyRecord study)
    {
        var dead = study.Finished.Where(run => run.Load is not null)
            .GroupBy(run => run.Name)
            .Select(runs => (Name: runs.Key, Dead: runs.Average(run => run.DeadExperts) ?? 0,
                All: runs.First().Load!.PicksPerBlock.Sum(picks => picks.Count)))
            .Where(variant => variant.Dead > 0)
            .Select(variant => string.Create(CultureInfo.InvariantCulture, $"{variant.Name} ({variant.Dead:0.#} of {variant.All})"))
            .ToList();
        if (dead.Count > 0)
        {
            yield return $"Experts that no held-out token picked: {NameList.Of(dead)}. Their parameters count in the "
                + "total, but do nothing.";
        }
    }

    private static IEnumerable<string> WithinChance(StudyRecord study)
    {
        foreach (var task in TaskScore.Of(study).Where(score => score.Chance is not null).GroupBy(score => score.Task))
        {
            var guesses = task.Where(score => !(Math.Abs(score.Over.Mean - score.Chance!.Value) > score.Over.Reach())).ToList();
            if (guesses.Count > 0)
            {
                var who = guesses.Count == task.Count() ? "every variant" : guesses.Select(score => score.Variant).Humanize("and");
                var them = who == "every variant" || guesses.Count > 1 ? "them" : "it";
                yield return FormattableString.Invariant(
                    $"On {task.Key}, {who} cannot be distinguished from guessing ({guesses[0].Chance:F2}; 95 % interval): ")
                    + $"that task says nothing about {them}.";
            }
        }
    }

    private static IEnumerable<string> DroppedTokens(StudyRecord study)
    {
        var dropped = study.Analysed
            .GroupBy(cell => cell.Variant, cell => cell.Analysis!.Blocks)
            .Select(variant => (Name: variant.Key, Dropped: variant.Sum(blocks => blocks.Sum(block => block.Dropped ?? 0)),
                Picks: variant.Sum(blocks => blocks.Sum(block => block.Picks?.Sum() ?? 0))))
            .Where(variant => variant.Dropped > 0)
            .ToList();
        if (dropped.Count > 0)
        {
            var shares = dropped.Select(variant => string.Create(
                CultureInfo.InvariantCulture, $"{variant.Name} {(double)variant.Dropped / variant.Picks:P1}"));
            yield return $"Picks dropped on held-out text because the expert was full: {shares.Humanize("and")}. "
                + "Their tokens pass that layer with less or nothing added, and which ones depends on the others of the batch.";
        }
    }
}
