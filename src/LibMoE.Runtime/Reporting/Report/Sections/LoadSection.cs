using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How held-out tokens spread over experts, layer by layer.</summary>
internal static class LoadSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var seeds = study.Cells.Where(cell => cell.Result?.Load is not null).GroupBy(cell => cell.Seed).OrderBy(seed => seed.Key).ToList();
        return seeds.Count == 0 ? null : new ReportSection(
            "load",
            "Load: layer × expert",
            [
                new Prose("A load of 1 is an even share of the layer's picks, 2 is twice that, and a cross marks an expert without a "
                    + "single pick. Experts of different seeds have nothing to do with each other, so seeds are shown one by one."),
                new Choice("load-seed", "Seed", [.. seeds.Select(
                    seed => new ChoiceOption(FormattableString.Invariant($"seed {seed.Key}"), [new ChartPart(Heat(seed))]))]),
            ]);
    }

    private static HeatMap Heat(IGrouping<long, CellRecord> seed)
    {
        var rows =
            from cell in seed
            from block in cell.Result!.Load!.PicksPerBlock.Index()
            let sum = (double)block.Item.Sum()
            from expert in block.Item.Index()
            select (
                Layer: FormattableString.Invariant($"{cell.Result!.Name} · {cell.BlockOf(Place(cell.Result, block.Index))}"),
                Expert: FormattableString.Invariant($"{expert.Index}"),
                Picks: expert.Item,
                Load: sum == 0 ? 0 : expert.Item / sum * block.Item.Count);
        return new HeatMap(
            FormattableString.Invariant($"load-seed-{seed.Key}"),
            "Load of each expert on held-out text",
            "Rows are variant and block, columns experts. Blue experts get less than an even share, orange ones more.",
            FigureTable.Of(rows)
                .Text("layer", row => row.Layer)
                .Text("expert", row => row.Expert)
                .Number("picks", row => row.Picks)
                .Number("load", row => row.Load)
                .Make())
        {
            X = "expert",
            Y = "layer",
            Value = "load",
            XTitle = "Expert",
            YTitle = "Variant · block",
            ValueTitle = "load",
            Most = 2,
            Neutral = 1,
        };
    }

    /// <summary>The place among the MoE blocks of one that has counts: soft slots have none, and may be in some blocks only.</summary>
    private static int Place(TrainingResult result, int counted)
    {
        var blocks = result.History is [.., var last] ? last.Blocks : [];
        int[] places = [.. blocks.Index().Where(block => block.Item.Picks is not null).Select(block => block.Index)];
        return places.Length == result.Load!.PicksPerBlock.Count ? places[counted] : counted;
    }
}
