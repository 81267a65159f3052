using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Loss over steps and over time.</summary>
internal static class TrainingCurvesSection
{
    /// <summary>Points of one curve; more than a screen can show.</summary>
    internal const int Points = 200;

    public static ReportSection? Of(StudyRecord study)
    {
        var rows = Rows(study);
        return rows.Count == 0 ? null : new ReportSection(
            "training-curves",
            "Training loss",
            [
                new ChartPart(Curve(
                    "training-loss", "Training loss over steps", rows, "step", "Step",
                    "Mean loss on the training batches since the point before; the same data in the same order for every variant. "
                        + "Seeds of a variant share its colour.", study.LossUnit)),
                new ChartPart(Curve(
                    "training-loss-over-time", "Training loss over time", rows, "seconds", "Training time, seconds",
                    "The same losses over the time they took: at equal time a cheaper layer makes more steps.", study.LossUnit)),
                .. Differences(rows, study.LossUnit),
            ]);
    }

    /// <summary>One row per point of a curve, over all runs.</summary>
    internal static List<(CellRecord Cell, TrainingProgress At)> Rows(StudyRecord study) =>
    [
        .. from cell in study.Cells
           from report in MergedProgress.Of(cell.Progress, Points)
           select (cell, report),
    ];

    /// <summary>Runs of one seed see the same batches, so the difference at a step is free of what makes a batch hard.</summary>
    private static IEnumerable<IReportPart> Differences(List<(CellRecord Cell, TrainingProgress At)> rows, string unit)
    {
        var baseline = rows.Where(row => row.Cell.Variant == MoeVariant.Dense)
            .ToDictionary(row => (row.Cell.Seed, row.At.Step), row => row.At.Loss);
        var differences = rows
            .Where(row => row.Cell.Variant != MoeVariant.Dense && baseline.ContainsKey((row.Cell.Seed, row.At.Step)))
            .Select(row => (row.Cell, At: row.At with { Loss = row.At.Loss - baseline[(row.Cell.Seed, row.At.Step)] }))
            .ToList();
        return differences.Count == 0 ? [] :
        [
            new ChartPart(Curve(
                "training-loss-minus-dense", "Training loss minus Dense's", differences, "step", "Step",
                "At every point, the loss minus that of the dense run of the same seed on the same batches: below 0 the mixture has "
                    + "learned more from the same data.", unit) with
            {
                YTitle = $"Difference, {unit}",
                References = new Dictionary<string, double> { [MoeVariant.Dense] = 0 },
            }),
        ];
    }

    private static LineChart Curve(string id, string title, List<(CellRecord Cell, TrainingProgress At)> rows, string x,
        string xTitle, string caption, string unit) => new(
            id,
            title,
            caption,
            FigureTable.Of(rows)
                .Text("variant", row => row.Cell.Variant)
                .Text("seed", row => FormattableString.Invariant($"seed {row.Cell.Seed}"))
                .Number("step", row => row.At.Step)
                .Number("seconds", row => row.At.Elapsed.TotalSeconds)
                .Number("loss", row => row.At.Loss)
                .Make())
        {
            X = x,
            Y = "loss",
            Series = "variant",
            Line = "seed",
            ShowsTheEnd = true,
            XTitle = xTitle,
            YTitle = $"Loss, {unit}",
        };
}
