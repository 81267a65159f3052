using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The variants beside simple methods on the same held-out examples.</summary>
internal static class BaselinesSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        if (study.Results is not { Baselines.Count: > 0, Variants.Count: > 0 } results)
        {
            return null;
        }

        var rows = BaselineTable.Rows(results);
        var shown = ReportTable.Of(rows).Text("Method", row => row.Name);
        var data = FigureTable.Of(rows).Text("method", row => row.Name);
        foreach (var (place, metric) in results.Variants[0].HeldOut.Index())
        {
            shown.Number(MetricWords.Column(metric), row => MetricWords.Cell(row.Metrics[place]));
            data.Number(MetricWords.Key(metric), row => row.Metrics[place].Value)
                .Number(MetricWords.Key(metric) + "_std_err", row => row.Metrics[place].StdErr);
        }

        return new ReportSection(
            "baselines",
            "Beside simple methods",
            [
                shown.Make(
                    "baselines",
                    "Methods that no seed changes, on the same held-out examples; their ± is over these alone. A network that is not above "
                        + "them has not earned its cost.",
                    data.Make()),
            ]);
    }
}
