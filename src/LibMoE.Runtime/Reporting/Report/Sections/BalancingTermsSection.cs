using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The course of each balancing term.</summary>
internal static class BalancingTermsSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var rows = TrainingCurvesSection.Rows(study)
            .SelectMany(row => row.At.Blocks.SelectMany(block => block.Losses)
                .GroupBy(loss => loss.Key, loss => loss.Value)
                .Select(term => (row.Cell, row.At, Term: term.Key, Value: term.Average())))
            .ToList();
        return rows.Count == 0 ? null : new ReportSection(
            "balancing-terms",
            "Balancing terms",
            [
                new Choice(
                    "balancing-term", "Term",
                    [
                        .. rows.GroupBy(row => row.Term).Select(term => new ChoiceOption(term.Key, [new ChartPart(new LineChart(
                            Slug.Of("term", term.Key),
                            $"{term.Key} over steps",
                            "Mean over the MoE blocks, coefficient applied: what it adds to the loss of a block. A switch or "
                                + "sequence loss equals its coefficient when experts are used evenly.",
                            FigureTable.Of(term)
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
                            YTitle = $"Value, {study.LossUnit}",
                        })])),
                    ]),
            ]);
    }
}
