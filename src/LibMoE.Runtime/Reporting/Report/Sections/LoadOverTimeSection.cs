using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How the use of experts developed while training.</summary>
internal static class LoadOverTimeSection
{
    /// <summary>Columns of a heat map; reports in between are added up.</summary>
    private const int Columns = 40;

    /// <summary>Rows of a heat map; a model with more experts in all gets one map per block.</summary>
    private const int Rows = 64;

    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.Cells.Where(cell => cell.Progress.Any(report => report.Blocks.Any(block => block.Picks is not null))).ToList();
        var balance = TrainingCurvesSection.Rows(study).Where(row => row.At.LoadCv is not null).ToList();
        IReportPart[] parts =
        [
            .. balance.Count == 0 ? Array.Empty<IReportPart>() :
            [
                new ChartPart(Curve("load-cv", "Unevenness of load while training",
                    "Coefficient of variation of picks per expert (standard deviation over mean), mean over the MoE blocks: "
                        + "0 is even, √(E − 1) is one expert for everything.",
                    balance, "load_cv", "Load CV", at => at.LoadCv)),
                new ChartPart(Curve("dead-experts", "Experts without a pick while training",
                    "Over all MoE blocks, since the point before. An expert that stays here is dead.",
                    balance, "dead_experts", "Dead experts", at => at.DeadExperts)),
            ],
            .. cells.Count == 0 ? Array.Empty<IReportPart>() :
                [new Choice("load-run", "Run", [.. cells.Select(cell => new ChoiceOption(cell.Label, [.. Maps(cell)]))])],
        ];
        return parts.Length == 0 ? null : new ReportSection("load-over-time", "Load over time", parts);
    }

    private static IEnumerable<IReportPart> Maps(CellRecord cell)
    {
        var reports = MergedProgress.Of([.. cell.Progress.Where(report => report.Blocks.Count > 0)], Columns);
        var blocks = reports[0].Blocks.Index().Where(block => block.Item.Picks is not null).Select(block => block.Index).ToList();
        return blocks.Sum(block => reports[0].Blocks[block].Picks!.Count) <= Rows
            ? [new ChartPart(Map(cell, reports, blocks, suffix: ""))]
            : blocks.Select(
                block => new ChartPart(Map(cell, reports, [block], FormattableString.Invariant($", block {cell.BlockOf(block)}"))));
    }

    private static HeatMap Map(CellRecord cell, IReadOnlyList<TrainingProgress> reports, List<int> blocks, string suffix)
    {
        var rows =
            from block in blocks
            from expert in Enumerable.Range(0, reports[0].Blocks[block].Picks!.Count)
            from report in reports
            let picks = report.Blocks[block].Picks!
            let sum = (double)picks.Sum()
            select (
                Expert: FormattableString.Invariant($"{cell.BlockOf(block)} · {expert}"),
                Step: FormattableString.Invariant($"{report.Step}"),
                Picks: picks[expert],
                Load: sum == 0 ? 0 : picks[expert] / sum * picks.Count);
        return new HeatMap(
            Slug.Of("load-over-time", cell.Variant, FormattableString.Invariant($"seed {cell.Seed}"), suffix),
            $"Load of each expert over steps: {cell.Label}{suffix}",
            "Rows are block and expert, columns the steps up to which picks were counted. A row that turns blue and stays so is an "
                + "expert that the router gave up.",
            FigureTable.Of(rows)
                .Text("expert", row => row.Expert)
                .Text("step", row => row.Step)
                .Number("picks", row => row.Picks)
                .Number("load", row => row.Load)
                .Make())
        {
            X = "step",
            Y = "expert",
            Value = "load",
            XTitle = "Step",
            YTitle = "Block · expert",
            ValueTitle = "load",
            Most = 2,
            Neutral = 1,
        };
    }

    private static LineChart Curve(
        string id, string title, string caption, List<(CellRecord Cell, TrainingProgress At)> rows, string y, string yTitle,
        Func<TrainingProgress, double?> value) => new(
        id,
        title,
        caption,
        FigureTable.Of(rows)
            .Text("variant", row => row.Cell.Variant)
            .Text("seed", row => FormattableString.Invariant($"seed {row.Cell.Seed}"))
            .Number("step", row => row.At.Step)
            .Number(y, row => value(row.At))
            .Make())
        {
            X = "step",
            Y = y,
            Series = "variant",
            Line = "seed",
            XTitle = "Step",
            YTitle = yTitle,
        };
}
