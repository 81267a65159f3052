namespace LibMoE.Runtime;

/// <summary>A chart per task: the variants' scores with their errors, and what guessing would score.</summary>
internal static class TaskScoreCharts
{
    public static IReadOnlyList<IReportPart> Of(StudyRecord study)
    {
        var scores = TaskScore.Of(study);
        return scores.Count == 0
            ? []
            : [new Choice("task", "Task", [.. scores.GroupBy(score => score.Task).Select(task => new ChoiceOption(task.Key, [new ChartPart(Chart(task.Key, [.. task]))]))])];
    }

    private static IntervalChart Chart(string task, IReadOnlyList<TaskScore> scores) => new(
        Slug.Of("task-scores", task),
        $"{task}: {scores[0].Metric}",
        "Bars reach two standard errors to either side. "
            + (scores[0].Chance is null ? "" : "The dotted line is what guessing scores: a bar that crosses it is no sign of knowledge."),
        FigureTable.Of(scores)
            .Text("variant", score => score.Variant)
            .Number("score", score => score.Over.Mean)
            .Number("two_std_err", score => Comparison.Significant * score.Over.StandardError)
            .Make())
    {
        Category = "variant",
        Value = "score",
        Error = "two_std_err",
        ValueTitle = scores[0].Metric,
        Reference = scores[0].Chance,
    };
}
