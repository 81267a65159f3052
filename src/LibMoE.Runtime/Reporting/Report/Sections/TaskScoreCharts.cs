using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>A chart per task: the variants' scores with their errors, and what guessing would score.</summary>
internal static class TaskScoreCharts
{
    public static IReadOnlyList<IReportPart> Of(StudyRecord study)
    {
        var scores = TaskScore.Of(study);
        return scores.Count == 0
            ? []
            : [new Choice("task", "Task", [.. scores.GroupBy(score => score.Task)
                .Select(task => new ChoiceOption(task.Key, [new ChartPart(Chart(task.Key, [.. task]))]))])];
    }

    private static IntervalChart Chart(string task, IReadOnlyList<TaskScore> scores) => new(
        Slug.Of("task-scores", task),
        $"{task}: {scores[0].Metric}",
        "Bars are 95 % intervals by Student's t over items and, where there are several, seeds. "
            + (scores[0].Chance is null ? "" : "The dotted line is what guessing scores: a bar that crosses it is no sign of knowledge."),
        FigureTable.Of(scores)
            .Text("variant", score => score.Variant)
            .Number("score", score => score.Over.Mean)
            .Number("half_interval", score => score.Over.Reach())
            .Make())
    {
        Category = "variant",
        Value = "score",
        Error = "half_interval",
        ValueTitle = scores[0].Metric,
        Reference = scores[0].Chance,
    };
}
