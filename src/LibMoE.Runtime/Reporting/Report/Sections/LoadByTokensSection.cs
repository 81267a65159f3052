using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How tokens of each kind, such as those of images and of text, spread over experts, layer by layer.</summary>
internal static class LoadByTokensSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.IsText ? [] : study.AnalysedOnce.Where(cell => cell.Analysis is { Domains.Count: > 1 } analysis
            && analysis.Blocks.Any(block => block.DomainShare is not null)).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "load-by-tokens",
            "Load by kind of token",
            [
                new Prose("As above, with each kind of token by itself: 1 is an even share of that kind's picks. A layer that never "
                    + "sees a kind has no row for it."),
                new Choice("load-by-tokens-run", "Run",
                    [.. cells.Select(cell => new ChoiceOption(cell.Label, [new ChartPart(Heat(cell))]))]),
            ]);
    }

    private static HeatMap Heat(CellRecord cell)
    {
        var rows =
            from block in cell.Analysis!.Blocks
            where block.DomainShare is not null
            from domain in cell.Analysis.Domains.Index()
            let shares = block.DomainShare![domain.Index]
            where shares.Sum() > 0
            from expert in shares.Index()
            select (
                Tokens: FormattableString.Invariant($"{block.Block} · {domain.Item.Name}"),
                Expert: FormattableString.Invariant($"{expert.Index}"),
                Share: expert.Item,
                Load: expert.Item * shares.Count);
        return new HeatMap(
            Slug.Of("load-by-tokens", cell.Variant, FormattableString.Invariant($"seed {cell.Seed}")),
            FormattableString.Invariant($"Load by kind of token: {cell.Label}"),
            "Rows are block and kind of token, columns experts. Blue experts get less than an even share, orange ones more.",
            FigureTable.Of(rows)
                .Text("tokens", row => row.Tokens)
                .Text("expert", row => row.Expert)
                .Number("share", row => row.Share)
                .Number("load", row => row.Load)
                .Make())
        {
            X = "expert",
            Y = "tokens",
            Value = "load",
            XTitle = "Expert",
            YTitle = "Block · kind of token",
            ValueTitle = "load",
            Most = 2,
            Neutral = 1,
        };
    }
}
