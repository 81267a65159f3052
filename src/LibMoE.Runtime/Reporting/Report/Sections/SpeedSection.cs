using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How fast each variant trained, with the spread over the reports of its runs, and what can be said of the differences.</summary>
internal static class SpeedSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var rows = study.Cells.Where(cell => cell.Progress.Count > 1)
            .GroupBy(cell => cell.Variant, cell => cell.Progress.Select(report => report.TokensPerSecond))
            .Select(variant => (Name: variant.Key, Speeds: variant.SelectMany(speeds => speeds).Where(double.IsFinite).Order().ToList()))
            .Where(variant => variant.Speeds.Count > 0)
            .ToList();
        var compared = DenseComparisons.Of(study.Finished).SelectMany(text => TimeComparison.Of(text.Runs)).ToList();
        return rows.Count == 0 ? null : new ReportSection(
            "speed",
            "Speed",
            [
                new ChartPart(new IntervalChart(
                    "tokens-per-second",
                    "Training tokens per second",
                    "Median over the reports of all seeds; bars reach from the first to the third quartile. They are no test: runs "
                        + "one after the other may meet a machine that others use.",
                    FigureTable.Of(rows)
                        .Text("variant", row => row.Name)
                        .Number("tokens_per_second", row => Quantile(row.Speeds, 0.5))
                        .Number("first_quartile", row => Quantile(row.Speeds, 0.25))
                        .Number("third_quartile", row => Quantile(row.Speeds, 0.75))
                        .Make())
                {
                    Category = "variant",
                    Value = "tokens_per_second",
                    Low = "first_quartile",
                    High = "third_quartile",
                    ValueTitle = "Tokens per second",
                }),
                .. compared.Count == 0 ? Array.Empty<IReportPart>() : [Compared(compared)],
            ]);
    }

    private static ReportTable Compared(List<TimeComparison> compared) => ReportTable.Of(compared)
        .Text("Variant", row => row.Name)
        .Number("Time against Dense", row => FormattableString.Invariant($"{row.Ratio:F2}"))
        .Number("95 % interval", row => row.Rounds < 2 ? Figures.None : FormattableString.Invariant($"{row.Low:F2} to {row.High:F2}"))
        .Number("Rounds", row => FormattableString.Invariant($"{row.Rounds}"))
        .Text("What can be told", row => row.IsTold ? row.Ratio > 1 ? "takes longer" : "takes less time" : "cannot be determined here")
        .Make(
            "time-against-dense",
            "Time of a training step for each token, ratio to the dense run of the same seed: each seed is a round. By Student's t "
                + "over the logarithms of the ratios, corrected for the "
                + "number of comparisons (Holm). Where rounds differ by more than the variants do, time cannot be determined here.",
            FigureTable.Of(compared)
                .Text("variant", row => row.Name)
                .Number("ratio", row => row.Ratio)
                .Number("low", row => row.Low)
                .Number("high", row => row.High)
                .Number("rounds", row => row.Rounds)
                .Number("p_holm", row => row.AdjustedPValue)
                .Make());

    /// <summary>Linear between the two values that are nearest to that share of the sorted values.</summary>
    private static double Quantile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
