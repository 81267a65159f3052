using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;
using LibMoE.Runtime.Runs;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Each variant's metrics against the dense baseline's, with error bars.</summary>
internal static class DifferencesSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        List<IReportPart> charts =
        [
            .. from metric in study.Finished.SelectMany(run => run.HeldOut).Select(metric => metric.Name).Distinct()
               let comparisons = Comparisons(study, metric)
               where comparisons.Count > 0
               select new ChartPart(Chart(comparisons)),
        ];
        return charts.Count == 0 ? null : new ReportSection("differences", "Against the dense baseline", charts);
    }

    /// <summary>Perplexity says of text what the loss does.</summary>
    private static List<Comparison> Comparisons(StudyRecord study, string metric) =>
        study.IsText && metric == TextMetrics.PerplexityName ? [] :
    [
        .. DenseComparisons.Of(study.Finished, metric).SelectMany(text => text.Comparisons)
            .OrderBy(comparison => comparison.Metric.HigherIsBetter ? -comparison.Difference : comparison.Difference),
    ];

    private static IntervalChart Chart(List<Comparison> comparisons)
    {
        var metric = comparisons[0].Metric;
        var (name, items) = (MetricWords.Title(metric), MetricWords.Items(metric));
        return new IntervalChart(
            MetricWords.IsText(metric) ? "difference-to-dense" : Slug.Of("difference-to-dense", metric.Name),
            $"{char.ToUpperInvariant(name[0])}{name[1..]} minus Dense's",
            (MetricWords.IsText(metric) ? "Left of the dotted line is lower than the dense model. "
                : $"{(metric.HigherIsBetter ? "Right" : "Left")} of the dotted line is better than the dense model. ")
                + (comparisons.Exists(comparison => comparison.Over.CoversSeeds)
                    ? $"Bars are 95 % intervals by Student's t over seeds and {items}, each for itself: a bar that "
                        + "crosses the line is no difference that this "
                        + "study can tell; of one that does not, the verdict in the summary says whether it lasts beside the "
                        + "number of comparisons."
                    : $"There is one seed: bars are 95 % intervals over {items} alone, and say nothing of another seed."),
            FigureTable.Of(comparisons)
                .Text("variant", comparison => comparison.Label)
                .Number("difference", comparison => comparison.Difference)
                .Number("half_interval", comparison => comparison.Over.Reach())
                .Number("std_err", comparison => comparison.StandardError)
                .Number("seeds", comparison => comparison.Over.Seeds)
                .Number("degrees_of_freedom", comparison => comparison.Over.Freedom)
                .Number("p", comparison => comparison.Over.PValue)
                .Number("p_holm", comparison => comparison.AdjustedPValue)
                .Text("verdict", comparison => comparison.Verdict)
                .Make())
        {
            Category = "variant",
            Value = "difference",
            Error = "half_interval",
            ValueTitle = $"Difference in {name}, {metric.Unit}",
            Reference = 0,
        };
    }
}
