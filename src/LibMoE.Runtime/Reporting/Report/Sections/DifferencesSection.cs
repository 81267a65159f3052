using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Each variant's validation loss against the dense baseline's, with error bars.</summary>
internal static class DifferencesSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var comparisons = DenseComparisons.Of(study.Finished)
            .SelectMany(text => text.Comparisons).OrderBy(comparison => comparison.Difference).ToList();
        return comparisons.Count == 0 ? null : new ReportSection(
            "differences",
            "Against the dense baseline",
            [
                new ChartPart(new IntervalChart(
                    "difference-to-dense",
                    "Validation loss minus Dense's",
                    "Left of the dotted line is lower than the dense model of equal active parameters. "
                        + (comparisons.Exists(comparison => comparison.Over.CoversSeeds)
                            ? "Bars are 95 % intervals by Student's t over seeds and held-out sequences, each for itself: a bar that "
                                + "crosses the line is no difference that this "
                                + "study can tell; of one that does not, the verdict in the summary says whether it lasts beside the "
                                + "number of comparisons."
                            : "There is one seed: bars are 95 % intervals over held-out sequences alone, and say nothing of another seed."),
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
                    ValueTitle = "Difference in validation loss, nats per token",
                    Reference = 0,
                }),
            ]);
    }
}
