using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>Scores on tasks, with their errors and what guessing would score.</summary>
internal static class TasksSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var scores = TaskScore.Of(study);
        return scores.Count == 0 ? null : new ReportSection(
            "tasks",
            "Tasks",
            [
                new Choice("task", "Task", [.. scores.GroupBy(score => score.Task).Select(task => new ChoiceOption(task.Key, [new ChartPart(Chart(task.Key, [.. task]))]))]),
                ReportTable.Of(scores)
                    .Text("Task", score => score.Task)
                    .Text("Variant", score => score.Variant)
                    .Text("Metric", score => score.Metric)
                    .Number("Score", score => Figures.Loss(score.Over.Mean, score.Over.StandardError))
                    .Number("Guessing", score => Figures.Number(score.Chance, 2))
                    .Number("Items", score => score.Items.ToString(CultureInfo.InvariantCulture))
                    .Make(
                        "tasks",
                        "Means over seeds, ± one standard error over items or, where that is larger, over seeds. Items are the same for every variant.",
                        FigureTable.Of(scores)
                            .Text("task", score => score.Task)
                            .Text("variant", score => score.Variant)
                            .Text("metric", score => score.Metric)
                            .Number("score", score => score.Over.Mean)
                            .Number("std_err", score => score.Over.StandardError)
                            .Number("chance", score => score.Chance)
                            .Number("items", score => score.Items)
                            .Make()),
            ]);
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
