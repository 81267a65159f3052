using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The held-out metrics of a learner over its training, as far as they were measured on the way.</summary>
internal static class MetricsOverTrainingSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var rows = (from cell in study.Cells
                    from report in cell.Progress
                    from metric in report.Metrics ?? new Dictionary<string, double>()
                    select (Cell: cell, At: report, Name: metric.Key, metric.Value)).ToList();
        return rows.Count == 0 ? null : new ReportSection(
            "metrics-over-training",
            "Held-out metrics over training",
            [
                new Choice(
                    "held-out-metric", "Metric",
                    [
                        .. rows.GroupBy(row => row.Name).Select(metric => new ChoiceOption(metric.Key, [new ChartPart(new LineChart(
                            Slug.Of("metric", metric.Key),
                            $"{metric.Key} on held-out data",
                            "Measured on the same held-out examples at every point and for every variant.",
                            FigureTable.Of(metric)
                                .Text("variant", row => row.Cell.Variant)
                                .Text("seed", row => FormattableString.Invariant($"seed {row.Cell.Seed}"))
                                .Number("step", row => row.At.Step)
                                .Number("value", row => row.Value)
                                .Make())
                        {
                            X = "step",
                            Y = "value",
                            Series = "variant",
                            Line = "seed",
                            ShowsTheEnd = true,
                            XTitle = "Step",
                            YTitle = Unit(study, metric.Key),
                        })])),
                    ]),
            ]);
    }

    /// <summary>The unit is known once a run has ended.</summary>
    private static string Unit(StudyRecord study, string name) => study.Finished.SelectMany(run => run.HeldOut)
        .Where(metric => metric.Name == name).Select(metric => $"{name}, {metric.Unit}").FirstOrDefault(name);
}
