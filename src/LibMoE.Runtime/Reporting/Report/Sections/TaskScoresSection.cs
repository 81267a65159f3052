using System.Globalization;
using LibMoE.Runtime.Evaluation.Metrics;
using LibMoE.Runtime.Reporting.Evaluations;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The models' scores on evaluation tasks, and what the differences to the baseline are worth.</summary>
internal static class TaskScoresSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        List<IReportPart> parts =
            [.. TaskScoreCharts.Of(study), .. study.Evaluation is { Models.Count: > 0 } evaluation ? Compared(evaluation) : []];
        return parts.Count == 0 ? null : new ReportSection("tasks", "Evaluation tasks", parts);
    }

    private static List<IReportPart> Compared(EvaluationComparison evaluation)
    {
        var rows = evaluation.Models
            .SelectMany(model => model.Tasks.Select(score => new Row(model.Name, score, Against(evaluation, model.Name, score.Task))))
            .GroupBy(row => row.Score.Label)
            .SelectMany(task => task)
            .ToList();
        List<IReportPart> parts = [Scores(rows, evaluation)];
        if (rows.Any(row => row.IsComparedShare))
        {
            parts.Add(Differences([.. rows.Where(row => row.IsComparedShare)], evaluation.Baseline));
        }

        return parts;
    }

    private static TaskComparison? Against(EvaluationComparison evaluation, string model, string task) =>
        evaluation.Comparisons.FirstOrDefault(
            comparison => comparison.Model == model && comparison.Task == task && comparison.Baseline == evaluation.Baseline);

    private static ReportTable Scores(List<Row> rows, EvaluationComparison evaluation) => ReportTable.Of(rows)
        .Text("Task", row => row.Score.Label)
        .Text("Metric", row => row.Score.Metric + (row.Score.Mean == MeanKind.Macro ? ", mean of groups" : ""))
        .Text("Model", row => row.Model)
        .Number("Score", row => row.Value)
        .Number("Chance", row => ScoreText.Number(row.Score, row.Score.Chance))
        .Number("Items", row => row.Score.Items.ToString("N0", CultureInfo.InvariantCulture))
        .Number("± seeds", row => ScoreText.Number(row.Score, row.Score.SeedsStdErr))
        .Text($"Against {evaluation.Baseline}", row => row.Comparison is { } found ? ScoreText.Against(row.Score, found) : Figures.None)
        .Make(
            "task-scores",
            "Shares of right answers in percent, ± one standard error over items and, where there are several, seeds (their part "
                + "beside it). "
                + EvaluationWords.HowCompared(evaluation),
            FigureTable.Of(rows)
                .Text("task", row => row.Score.Label)
                .Text("metric", row => row.Score.Metric)
                .Text("mean", row => row.Score.Mean.ToString())
                .Text("model", row => row.Model)
                .Number("value", row => row.Score.Value)
                .Number("std_err", row => row.Score.StdErr)
                .Number("seeds_std_err", row => row.Score.SeedsStdErr)
                .Number("chance", row => row.Score.Chance)
                .Number("items", row => row.Score.Items)
                .Number("difference", row => row.Comparison?.Difference)
                .Number("difference_low", row => row.Comparison?.Low)
                .Number("difference_high", row => row.Comparison?.High)
                .Number("p_items", row => row.Comparison?.ItemsPValue)
                .Number("p_seeds", row => row.Comparison?.SeedsPValue)
                .Number("p_holm", row => row.Comparison?.AdjustedPValue)
                .Text("verdict", row => row.Comparison?.Verdict ?? "")
                .Make());

    private static ChartPart Differences(List<Row> rows, string baseline) => new(new IntervalChart(
        "task-differences",
        $"Scores minus {baseline}'s",
        "Right of the dotted line is more right answers. Bars are 95 % intervals, over seeds and items where there are several seeds, "
            + "over items alone with one: a bar "
            + "that crosses the line is no certain difference, and the table's verdict also allows for the number of comparisons.",
        FigureTable.Of(rows)
            .Text("task", row => row.Score.Label)
            .Text("model", row => row.Model)
            .Number("points", row => 100 * row.Comparison!.Difference)
            .Number("low", row => 100 * row.Comparison!.Low)
            .Number("high", row => 100 * row.Comparison!.High)
            .Make())
    {
        Category = "task",
        Value = "points",
        Low = "low",
        High = "high",
        Series = "model",
        ValueTitle = "Difference in percentage points",
        Reference = 0,
    });

    private sealed record Row(string Model, ModelScore Score, TaskComparison? Comparison)
    {
        public bool IsComparedShare => Comparison is { NotRanked: null } && Metric.All[Score.Metric].IsShare;

        public string Value => ScoreText.Value(Score);
    }
}
