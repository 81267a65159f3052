using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Which experts serve which domains and which tokens.</summary>
internal static class SpecialisationSection
{
    private const int TokensShown = 8;

    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.AnalysedOnce.Where(cell => cell.Analysis!.Blocks.Any(block => block.DomainShare is not null)
            && (study.IsText || cell.Analysis.Domains.Count > 1)).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "specialisation",
            "Specialisation by domain and by token",
            [
                new Prose(study.IsText ? Introduction(cells[0].Analysis!) : TokenKinds(cells[0].Analysis!)),
                new Choice("specialisation-run", "Run", [.. cells.Select(cell => new ChoiceOption(cell.Label, Parts(cell, cells.Count)))]),
            ]);
    }

    private static string Introduction(CellAnalysis analysis) => analysis.Domains.Count == 1
        ? $"All of the analysed text is of one domain, {Domains(analysis)}, so only the tokens of each expert are shown here. "
            + "`Corpus:Domains` names several domains, each with its text."
        : $"Domains of the analysed text: {Domains(analysis)}. A domain of few tokens varies by chance; compare with another seed "
            + "before believing a single cell.";

    private static string TokenKinds(CellAnalysis analysis) =>
        $"Kinds of tokens: {Domains(analysis)}; each stands as a domain below. A kind of few tokens varies by chance.";

    private static string Domains(CellAnalysis analysis) =>
        string.Join(", ", analysis.Domains.Select(domain => $"{domain.Name} ({Figures.Count(domain.Tokens)} tokens)"));

    private static List<IReportPart> Parts(CellRecord cell, int runs)
    {
        var blocks = cell.Analysis!.Blocks.Where(block => block.DomainShare is not null).ToList();
        var domains = cell.Analysis.Domains.Count;
        var shown = MatrixBudget.Blocks(runs, blocks.Count, domains * blocks.Max(block => block.Experts.Count));
        var parts = new List<IReportPart>();
        if (domains > 1)
        {
            parts.AddRange(shown.Select(index => new ChartPart(Map(cell, blocks[index], MatrixBudget.Note(shown.Count, blocks.Count)))));
        }

        if (Tokens(cell) is { } tokens)
        {
            parts.Add(tokens);
        }

        return parts;
    }

    private static HeatMap Map(CellRecord cell, BlockAnalysis block, string note)
    {
        var domains = cell.Analysis!.Domains;
        var rows =
            from domain in Enumerable.Range(0, domains.Count)
            from expert in Enumerable.Range(0, block.Experts.Count)
            let share = block.DomainShare![domain][expert]
            select (
                Domain: domains[domain].Name,
                Expert: block.Experts[expert],
                Share: share,
                Information: block.DomainInformation?[domain][expert],
                Lift: block.Share[expert] > 0 ? share / block.Share[expert] : (double?)null);
        return new HeatMap(
            Slug.Of("domains", cell.Variant, FormattableString.Invariant($"seed {cell.Seed} block {block.Block}")),
            FormattableString.Invariant($"Domains and experts: {cell.Label}, block {block.Block}"),
            "How often tokens of the row's domain pick the column's expert, over how often all tokens do: 1 where the domain makes "
                + "no difference, a cross where it never happens. The logarithm of this is the pointwise mutual information "
                + $"in the CSV.{note}",
            FigureTable.Of(rows)
                .Text("domain", row => row.Domain)
                .Text("expert", row => row.Expert)
                .Number("share", row => row.Share)
                .Number("pointwise_information", row => row.Information)
                .Number("lift", row => row.Lift)
                .Make())
        {
            X = "expert",
            Y = "domain",
            Value = "lift",
            XTitle = "Expert",
            YTitle = "Domain",
            ValueTitle = "times its usual share",
            Most = 2,
            Neutral = 1,
        };
    }

    private static ReportTable? Tokens(CellRecord cell)
    {
        var rows =
            (from block in cell.Analysis!.Blocks
             where block.TopTokens is not null
             from expert in block.TopTokens!.Index()
             where expert.Item.Count > 0
             select (Number: block.Block, Expert: block.Experts[expert.Index], Share: block.Share[expert.Index], Tokens: expert.Item))
                 .ToList();
        var every = rows.SelectMany(row => row.Tokens.Select(token => (row.Number, row.Expert, Token: token))).ToList();
        return rows.Count == 0 ? null : ReportTable.Of(rows)
            .Text("Block · expert", row => FormattableString.Invariant($"{row.Number} · {row.Expert}"))
            .Number("Share of picks", row => row.Share.ToString("P1", CultureInfo.InvariantCulture))
            .Text("Tokens it is most special for", row => string.Join(
                " ", row.Tokens.Take(TokensShown).Select(token => $"`{Visible(token.Text)}`")))
            .Make(
                Slug.Of("top-tokens", cell.Variant, FormattableString.Invariant($"seed {cell.Seed}")),
                "Tokens by how much more often they pick the expert than tokens do on average; rare ones are left out. The CSV has "
                    + "counts, shares and pointwise mutual information.",
                FigureTable.Of(every)
                    .Number("block", row => row.Number)
                    .Text("expert", row => row.Expert)
                    .Number("id", row => row.Token.Id)
                    .Text("token", row => row.Token.Text)
                    .Number("picks", row => row.Token.Count)
                    .Number("share", row => row.Token.Share)
                    .Number("pointwise_information", row => row.Token.PointwiseInformation)
                    .Make());
    }

    /// <summary>Spaces and line ends as marks, and no backtick, which would end the code.</summary>
    private static string Visible(string token) =>
        token.Replace("\n", "⏎", StringComparison.Ordinal)
            .Replace(" ", "␣", StringComparison.Ordinal).Replace("\t", "⇥", StringComparison.Ordinal).Replace('`', 'ˋ');
}
