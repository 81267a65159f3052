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
        var metrics = results.Variants[0].HeldOut;
        var shown = ReportTable.Of(rows)
            .Text("Variant", row => row.Figures.Name)
            .Number(MetricWords.Column(metrics[0]), row => MetricWords.Cell(row.Figures.Metric(metrics[0].Name)))
            .Number("Against Dense", row => row.AgainstDense);
        foreach (var metric in metrics.Skip(1))
        {
            shown.Number(MetricWords.Column(metric), row => MetricWords.Cell(row.Figures.Metric(metric.Name)));
        }

        shown
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
            .Number(MetricWords.Key(metrics[0]), row => row.Figures.Metric(metrics[0].Name)?.Value)
            .Number(MetricWords.Key(metrics[0]) + "_std_err", row => row.Figures.Metric(metrics[0].Name)?.StdErr)
            .Number("difference_to_dense", row => row.Comparison?.Difference)
            .Number("difference_std_err", row => row.Comparison?.StandardError)
            .Number("difference_p_holm", row => row.Comparison?.AdjustedPValue)
            .Text("verdict", row => row.Verdict ?? "")
            .Number("train_loss", row => row.Figures.TrainLoss)
            .Number("total_parameters", row => row.Figures.TotalParameters)
            .Number("active_parameters", row => row.Figures.ActiveParameters)
            .Number("flops_per_token", row => row.Figures.FlopsPerToken)
            .Number("tokens_per_second", row => row.Figures.TokensPerSecond)
            .Number("load_cv", row => row.Figures.LoadCv)
            .Number("dead_experts", row => row.Figures.DeadExperts)
            .Number("seeds", row => row.Figures.Seeds.Count);
        foreach (var metric in metrics.Skip(1))
        {
            data.Number(MetricWords.Key(metric), row => row.Figures.Metric(metric.Name)?.Value)
                .Number(MetricWords.Key(metric) + "_std_err", row => row.Figures.Metric(metric.Name)?.StdErr);
        }

        foreach (var task in tasks)
        {
            shown.Number(task, row => row.Over(task) is { } over
                ? Reporting.Figures.Loss(over.Mean, over.StdErr)
                : Reporting.Figures.Number(row.Score(task), 3));
            data.Number(task, row => row.Score(task)).Number(task + "_std_err", row => row.Over(task)?.StdErr);
        }

        return new ReportSection(
            "summary", "Summary", [shown.Make("summary", Caption([.. compared.Values], results, tasks, study), data.Make())]);
    }

    private static string Over(StudyResults results, string items) => results.Variants.Any(variant => variant.Seeds.Count > 1)
        ? $"seeds and {items}"
        : $"{items} alone: there is one seed";

    private static string Caption(List<Comparison> compared, StudyResults results, List<string> tasks, StudyRecord study)
    {
        var main = MetricWords.Main(study.Finished);
        var items = MetricWords.Items(main);
        var item = MetricWords.IsText(main) ? "sequence" : "example";
        return $"Means over seeds. {Units(results, study)}, ± one standard error over {Over(results, items)}. "
        + (compared.Count == 0 ? "" : $"“Against Dense” is the difference in {MetricWords.Title(main)}, paired by seed and {item}, each "
        + "variant at its best setting; its ± is over the same. Tested by "
            + $"{Significance.Test(compared.MinBy(comparison => comparison.Over.Seeds)!.Over, items, compared.Count)}. "
            + "Variants that are better are bold; one seed makes none better. ")
        + (results.Variants.Any(variant => variant.SeesOtherTokens is not null) ? "What sees later tokens is not ranked. " : "")
        + "Load CV is the coefficient of variation of picks per expert (0: even)."
        + (tasks.Count > 0 ? " Task columns are scores, ± one standard error over the same kinds of things; see Tasks below for what "
        + "guessing gives." : "");
    }

    private static string Units(StudyResults results, StudyRecord study) => study.IsText
        ? "Losses are in nats per token"
        : $"Metrics: {string.Join(", ", results.Variants[0].HeldOut.Select(MetricWords.Explained))}";

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
