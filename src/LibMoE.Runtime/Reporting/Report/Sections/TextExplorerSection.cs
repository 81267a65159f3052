using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Which expert handled each token of some texts, in each block, with what weight.</summary>
internal static class TextExplorerSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var texts = study.AnalysedOnce
            .SelectMany(cell => cell.Analysis!.Texts.Where(text => text.Blocks.Count > 0).Select(text => new ExploredText(
                cell.Label,
                text.Title,
                cell.Analysis.Blocks.Max(block => block.Experts.Count),
                text.Tokens,
                [.. text.Blocks])))
            .ToList();
        return texts.Count == 0 ? null : new ReportSection(
            "text-explorer",
            "Which expert handled each token",
            [
                new Prose("Colour and the number below say the expert of the chosen pick, the strength of the colour its weight; "
                    + "a number stands where the expert changes. The buttons say how many tokens each expert has: press one to see only "
                    + "them. Select a token, with the mouse or the arrow keys, to see what every block did with it."),
                new TextExplorer("texts", texts),
            ]);
    }
}
