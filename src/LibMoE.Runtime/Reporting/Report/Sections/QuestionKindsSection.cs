using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Which experts serve which kinds of questions.</summary>
internal static class QuestionKindsSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.AnalysedOnce.Where(cell => cell.Analysis is { Kinds.Count: > 1 } analysis
            && analysis.Blocks.Any(block => block.KindPicks is not null)).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "question-kinds",
            "Specialisation by kind of question",
            [
                new Prose("Of the words of questions and answers, how often those of a kind pick an expert, over how often all do: 1 "
                    + "where the kind makes no difference. Blocks that only see images are left out: an image is seen before its question "
                    + "is read."),
                new Choice("question-kinds-run", "Run", [.. cells.Select(cell => new ChoiceOption(cell.Label, Parts(cell)))]),
            ]);
    }

    private static List<IReportPart> Parts(CellRecord cell) =>
    [
        .. cell.Analysis!.Blocks.Where(block => block.KindPicks is not null).Select(block => new ChartPart(Map(cell, block))),
    ];

    private static HeatMap Map(CellRecord cell, BlockAnalysis block)
    {
        var shares_KE = DomainSpecialization.Shares(block.KindPicks!);
        var information_KE = DomainSpecialization.PointwiseInformation(block.KindPicks!);
        var all_E = ExpertShare.Of(
            [.. Enumerable.Range(0, block.Experts.Count).Select(expert => block.KindPicks!.Sum(counts => counts[expert]))]);
        var rows =
            from kind in cell.Analysis!.Kinds!.Index()
            from expert in block.Experts.Index()
            select (
                Kind: kind.Item,
                Expert: expert.Item,
                Picks: block.KindPicks![kind.Index][expert.Index],
                Share: shares_KE[kind.Index][expert.Index],
                Information: information_KE[kind.Index][expert.Index],
                Lift: all_E[expert.Index] > 0 ? shares_KE[kind.Index][expert.Index] / all_E[expert.Index] : (double?)null);
        return new HeatMap(
            Slug.Of("question-kinds", cell.Variant, FormattableString.Invariant($"seed {cell.Seed} block {block.Block}")),
            FormattableString.Invariant($"Kinds of questions and experts: {cell.Label}, block {block.Block}"),
            FormattableString.Invariant($"The block's experts say {DomainSpecialization.Information(block.KindPicks!):F4} nats about the ")
                + "kind, of at most the logarithm of the number of kinds.",
            FigureTable.Of(rows)
                .Text("kind", row => row.Kind)
                .Text("expert", row => row.Expert)
                .Number("picks", row => row.Picks)
                .Number("share", row => row.Share)
                .Number("pointwise_information", row => row.Information)
                .Number("lift", row => row.Lift)
                .Make())
        {
            X = "expert",
            Y = "kind",
            Value = "lift",
            XTitle = "Expert",
            YTitle = "Kind of question",
            ValueTitle = "times its usual share",
            Most = 2,
            Neutral = 1,
        };
    }
}
