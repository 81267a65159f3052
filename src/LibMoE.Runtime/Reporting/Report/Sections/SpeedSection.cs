namespace LibMoE.Runtime;

/// <summary>How fast each variant trained, with the spread over the reports of its runs.</summary>
internal static class SpeedSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        // The first report of a run holds the warm-up of the process.
        var rows = study.Cells.Where(cell => cell.Progress.Count > 2)
            .GroupBy(cell => cell.Variant, cell => cell.Progress.Skip(1).Select(report => report.TokensPerSecond))
            .Select(variant => (Name: variant.Key, Speeds: variant.SelectMany(speeds => speeds).ToList()))
            .ToList();
        return rows.Count == 0 ? null : new ReportSection(
            "speed",
            "Speed",
            [
                new ChartPart(new IntervalChart(
                    "tokens-per-second",
                    "Training tokens per second",
                    "Mean over the reports of all seeds, without each run's first; bars reach one standard deviation to either side. Only runs on an otherwise idle machine compare.",
                    FigureTable.Of(rows)
                        .Text("variant", row => row.Name)
                        .Number("tokens_per_second", row => row.Speeds.Average())
                        .Number("standard_deviation", row => Deviation(row.Speeds))
                        .Make())
                {
                    Category = "variant",
                    Value = "tokens_per_second",
                    Error = "standard_deviation",
                    ValueTitle = "Tokens per second",
                }),
            ]);
    }

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
