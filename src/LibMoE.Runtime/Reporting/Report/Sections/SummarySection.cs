using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>One row per variant, means over its seeds.</summary>
internal static class SummarySection
{
    public static ReportSection? Of(StudyRecord study)
    {
        if (study.Results is not { Variants.Count: > 0 } results)
        {
            return null;
        }

        var scores = TaskScore.Of(study).ToDictionary(score => (score.Variant, score.Task), score => score.Over);
        var compared = DenseComparisons.ByLabel(study.Finished);
        var rows = results.Variants.Select(variant => new Row(variant, compared.GetValueOrDefault(variant.Name), scores)).ToList();
        var tasks = results.Variants.SelectMany(variant => variant.Tasks.Keys).Union(scores.Keys.Select(score => score.Task)).ToList();
        var shown = ReportTable.Of(rows)
            .Text("Variant", row => row.Figures.Name)
            .Number("Validation loss", row => Reporting.Figures.Loss(row.Figures.ValidationLoss, row.Figures.ValidationLossStdErr))
            .Number("Against Dense", row => row.AgainstDense)
            .Number("Perpl. / byte", row => Reporting.Figures.Number(row.Figures.PerplexityPerByte, 2))
            .Number("Parameters", row => Reporting.Figures.Count(row.Figures.TotalParameters))
            .Number("Active", row => Reporting.Figures.Count(row.Figures.ActiveParameters))
            .Number("FLOPs / token", row => Reporting.Figures.Count(row.Figures.FlopsPerToken))
            .Number("Tokens/s", row => Reporting.Figures.Count(row.Figures.TokensPerSecond))
            .Number("Load CV", row => Reporting.Figures.Number(row.Figures.LoadCv, 2))
            .Number("Dead experts", row => Reporting.Figures.Number(row.Figures.DeadExperts, row.Figures.DeadExperts % 1 > 0 ? 1 : 0))
            .Number("Seeds", row => row.Figures.Seeds.Count.ToString(CultureInfo.InvariantCulture))
            .Mark(row => row.Comparison is { IsBetter: true });
        var data = FigureTable.Of(rows)
            .Text("variant", row => row.Figures.Name)
            .Number("validation_loss", row => row.Figures.ValidationLoss)
            .Number("validation_loss_std_err", row => row.Figures.ValidationLossStdErr)
            .Number("difference_to_dense", row => row.Comparison?.Difference)
            .Number("difference_std_err", row => row.Comparison?.StandardError)
            .Number("difference_p_holm", row => row.Comparison?.AdjustedPValue)
            .Text("verdict", row => row.Verdict ?? "")
            .Number("train_loss", row => row.Figures.TrainLoss)
            .Number("perplexity_per_byte", row => row.Figures.PerplexityPerByte)
            .Number("total_parameters", row => row.Figures.TotalParameters)
            .Number("active_parameters", row => row.Figures.ActiveParameters)
            .Number("flops_per_token", row => row.Figures.FlopsPerToken)
            .Number("tokens_per_second", row => row.Figures.TokensPerSecond)
            .Number("load_cv", row => row.Figures.LoadCv)
            .Number("dead_experts", row => row.Figures.DeadExperts)
            .Number("seeds", row => row.Figures.Seeds.Count);
        foreach (var task in tasks)
        {
            shown.Number(task, row => row.Over(task) is { } over
                ? Reporting.Figures.Loss(over.Mean, over.StdErr)
                : Reporting.Figures.Number(row.Score(task), 3));
            data.Number(task, row => row.Score(task)).Number(task + "_std_err", row => row.Over(task)?.StdErr);
        }

        return new ReportSection("summary", "Summary", [shown.Make("summary", Caption([.. compared.Values], results, tasks), data.Make())]);
    }

    private static string Over(StudyResults results) => results.Variants.Any(variant => variant.Seeds.Count > 1)
        ? "seeds and held-out sequences"
        : "held-out sequences alone: there is one seed";

    private static string Caption(List<Comparison> compared, StudyResults results, List<string> tasks) =>
        $"Means over seeds. Losses are in nats per token, ± one standard error over {Over(results)}. "
        + (compared.Count == 0 ? "" : "“Against Dense” is the difference in validation loss, paired by seed and sequence, each "
        + "variant at its best setting; its ± is over the same. Tested by "
            + $"{Significance.Test(compared.MinBy(comparison => comparison.Over.Seeds)!.Over, Comparison.Items, compared.Count)}. "
            + "Variants that are better are bold; one seed makes none better. ")
        + (results.Variants.Any(variant => variant.SeesOtherTokens is not null) ? "What sees later tokens is not ranked. " : "")
        + "Load CV is the coefficient of variation of picks per expert (0: even)."
        + (tasks.Count > 0 ? " Task columns are scores, ± one standard error over the same kinds of things; see Tasks below for what "
        + "guessing gives." : "");

    private sealed record Row(
        VariantResult Figures, Comparison? Comparison, IReadOnlyDictionary<(string Variant, string Task), SeedsAndItems> Scores)
    {
        public string? Verdict => Figures.SeesOtherTokens is not null ? Significance.NotRanked : Comparison?.Verdict;

        public string AgainstDense => Comparison is { } compared
            ? $"{Reporting.Figures.Difference(compared.Difference, compared.StandardError)} {Verdict}"
            : Verdict ?? Reporting.Figures.None;

        /// <summary>The score with its error; null where only the score is known.</summary>
        public SeedsAndItems? Over(string task) => Scores.GetValueOrDefault((Figures.Name, task));

        public double? Score(string task) => Figures.Tasks.TryGetValue(task, out var score) ? score : Over(task)?.Mean;
    }
}
