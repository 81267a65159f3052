namespace LibMoE.Runtime;

/// <summary>Each variant's validation loss against the dense baseline's, with error bars.</summary>
internal static class DifferencesSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var runs = study.Finished.ToLookup(run => run.Name);
        var comparisons = study.Variants.Where(name => name != MoeVariant.Dense)
            .Select(name => Comparison.Of(runs[name], runs[MoeVariant.Dense]))
            .OfType<Comparison>()
            .OrderBy(comparison => comparison.Difference)
            .ToList();
        return comparisons.Count == 0 ? null : new ReportSection(
            "differences",
            "Against the dense baseline",
            [
                new ChartPart(new IntervalChart(
                    "difference-to-dense",
                    "Validation loss minus Dense's",
                    "Left of the dotted line is better than the dense model of equal active parameters. Bars reach two standard errors to either side, paired by seed and "
                        + "held-out sequence: a bar that crosses the line is no difference that this study can tell.",
                    FigureTable.Of(comparisons)
                        .Text("variant", comparison => comparison.Name)
                        .Number("difference", comparison => comparison.Difference)
                        .Number("two_std_err", comparison => Comparison.Significant * comparison.StandardError)
                        .Make())
                {
                    Category = "variant",
                    Value = "difference",
                    Error = "two_std_err",
                    ValueTitle = "Difference in validation loss, nats per token",
                    Reference = 0,
                }),
            ]);
    }
}
