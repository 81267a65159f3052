using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>When routing settles: saturation, change rate and drift over the points of training that were kept.</summary>
internal static class RoutingOverTrainingSection
{
    private static readonly Measure[] Table =
    [
        new(
            "saturation-top-1", "Router saturation, first picks",
            "Share of the final first picks that are first picks already: 1 once the router does what it will do in the end.",
            "Share of first picks",
            block => block.SaturationTop1),
        new("saturation-top-k", "Router saturation, all picks", "Share of the final picks that are picks already, whatever their rank.",
            "Share of picks", block => block.SaturationTopK),
        new("saturation-by-slots", "Router saturation, rank by rank", "Share of slots that hold the final expert at the same rank.",
            "Share of slots", block => block.SaturationBySlots),
        new("saturation-by-token", "Router saturation, by token id",
            "Overlap of each token id's six most frequent experts with the final ones.", "Overlap", block => block.SaturationByTokenId),
        new(
            "change-rate-sets", "Expert change rate, sets",
            "Share of a token's picks that it did not have at the point before: how much the router still moves.", "Share of picks",
            block => block.ChangeRateBySets),
        new(
            "change-rate-slots", "Expert change rate, rank by rank",
            "Share of slots whose expert is another than at the point before; exchanged ranks count.", "Share of slots",
            block => block.ChangeRateBySlots),
    ];

    public static ReportSection? Of(StudyRecord study)
    {
        var points = Points(study);
        IReadOnlyList<ChoiceOption> options =
            [.. Table.Select(measure => Option(measure, points)).OfType<ChoiceOption>(), .. Drift(points)];
        return options.Count == 0 ? null : new ReportSection(
            "routing-over-training",
            "How routing settles",
            [
                new Prose("The same held-out tokens went through every kept point of training; values are means over the blocks with a "
                    + "mixture, and the CSV holds each."),
                new Choice("routing-measure", "Measure", options),
            ]);
    }

    /// <summary>Every kept point of every analysed run.</summary>
    internal static IReadOnlyList<(CellRecord Cell, TrainingPoint Point)> Points(StudyRecord study) =>
        [.. study.Cells.Where(cell => cell.Analysis is not null)
            .SelectMany(cell => cell.Analysis!.Training.Select(point => (cell, point)))];

    private static ChoiceOption? Option(Measure measure, IReadOnlyList<(CellRecord Cell, TrainingPoint Point)> points)
    {
        var rows = points
            .Select(row => (row.Cell, row.Point, Mean: row.Point.Blocks.Average(measure.Value)))
            .Where(row => row.Mean is not null)
            .ToList();
        return rows.Count == 0 ? null : new ChoiceOption(measure.Title, [new ChartPart(Curve(
            measure.Id, measure.Title, measure.Caption, measure.YTitle, [.. rows.Select(row => (row.Cell, row.Point, row.Mean))],
            measure.Value))]);
    }

    private static IEnumerable<ChoiceOption> Drift(IReadOnlyList<(CellRecord Cell, TrainingPoint Point)> points) =>
        from name in points.SelectMany(row => row.Point.Drift.Keys).Distinct()
        let rows = points.Where(row => row.Point.Drift.GetValueOrDefault(name) is not null).ToList()
        where rows.Count > 0
        select new ChoiceOption($"Parameter drift, {name}", [new ChartPart(Curve(
            Slug.Of("drift", name), $"Parameter drift, {name}",
            "Length of what the parameters moved since the point before, over their length then.", "Relative change",
            [.. rows.Select(row => (row.Cell, row.Point, row.Point.Drift[name]))], block: null))]);

    private static LineChart Curve(
        string id, string title, string caption, string yTitle, IReadOnlyList<(CellRecord Cell, TrainingPoint Point, double? Value)> rows,
        Func<BlockPoint, double?>? block)
    {
        var table = FigureTable.Of(rows)
            .Text("variant", row => row.Cell.Variant)
            .Text("seed", row => FormattableString.Invariant($"seed {row.Cell.Seed}"))
            .Number("step", row => row.Point.Step)
            .Number("value", row => row.Value);
        foreach (var number in block is null
            ? Array.Empty<int>()
            : rows.SelectMany(row => Numbers(row.Cell, row.Point)).Distinct().Order().ToArray())
        {
            table.Number(FormattableString.Invariant($"block_{number}"), row =>
                Numbers(row.Cell, row.Point).IndexOf(number) is var place and >= 0 ? block!(row.Point.Blocks[place]) : null);
        }

        return new LineChart(id, title, caption, table.Make())
        {
            X = "step",
            Y = "value",
            Series = "variant",
            Line = "seed",
            XTitle = "Step",
            YTitle = yTitle,
        };
    }

    private static List<int> Numbers(CellRecord cell, TrainingPoint point) =>
        [.. Enumerable.Range(0, point.Blocks.Count).Select(cell.BlockOf)];

    private sealed record Measure(string Id, string Title, string Caption, string YTitle, Func<BlockPoint, double?> Value);
}
