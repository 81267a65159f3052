using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Held-out loss and task scores over the points of training: where stopping early would have been better.</summary>
internal static class CheckpointScoresSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var points = RoutingOverTrainingSection.Points(study);
        ChartPart[] charts =
        [
            .. Curve(points, "held-out-loss", "Held-out loss over training",
                "Loss on the held-out tokens of the analysis: a curve that turns upward says when to stop.",
                $"Loss, {study.LossUnit}", point => point.Loss),
            .. points.SelectMany(row => row.Point.Tasks.Keys).Distinct().SelectMany(task => Curve(
                points, Slug.Of("task", task), $"{task} over training",
                "Score at each kept point; higher is better. Compare the best point with the last.",
                "Score", point => point.Tasks.TryGetValue(task, out var score) ? score : null)),
        ];
        return charts.Length == 0 ? null : new ReportSection("checkpoint-scores", "Scores over training", charts);
    }

    private static IEnumerable<ChartPart> Curve(
        IReadOnlyList<(CellRecord Cell, TrainingPoint Point)> points, string id, string title, string caption, string yTitle,
        Func<TrainingPoint, double?> value)
    {
        var rows = points.Where(row => value(row.Point) is not null).ToList();
        return rows.Count == 0 ? [] :
        [
            new ChartPart(new LineChart(id, title, caption, FigureTable.Of(rows)
                .Text("variant", row => row.Cell.Variant)
                .Text("seed", row => FormattableString.Invariant($"seed {row.Cell.Seed}"))
                .Number("step", row => row.Point.Step)
                .Number("fraction", row => row.Point.Fraction)
                .Number("value", row => value(row.Point))
                .Make())
            {
                X = "step",
                Y = "value",
                Series = "variant",
                Line = "seed",
                ShowsTheEnd = true,
                XTitle = "Step",
                YTitle = yTitle,
            }),
        ];
    }
}
