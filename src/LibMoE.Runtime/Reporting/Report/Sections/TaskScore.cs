using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>A variant's score on a task, over its seeds.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Task">The task.</param>
/// <param name="Metric">The task's own metric.</param>
/// <param name="Over">The mean over seeds and items.</param>
/// <param name="Chance">What guessing scores; null where nothing is guessed.</param>
/// <param name="Items">How many items were scored.</param>
internal sealed record TaskScore(string Variant, string Task, string Metric, SeedsAndItems Over, double? Chance, int Items)
{
    /// <summary>The scores of the evaluated runs, by task.</summary>
    public static IReadOnlyList<TaskScore> Of(StudyRecord study) =>
    [
        .. from cell in study.Cells
           where cell.Evaluation is not null
           from task in cell.Evaluation!.Tasks
           group task by (task.Task, cell.Variant) into runs
           let score = runs.First().Score
           let made = new TaskScore(
               runs.Key.Variant,
               runs.Key.Task,
               score.Name,
               SeedMean.Of([.. runs.Select(run => new PairedDifference(run.Score.Value, run.Score.StdErr ?? 0))], runs.First().Items.Used),
               score.Chance,
               runs.First().Items.Used)
           group made by made.Task into task
           from one in task
           select one,
    ];
}
