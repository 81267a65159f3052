using LibMoE.Runtime.Reporting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LibMoE.Runtime.Hosting.Analyses;

/// <summary>The table of the verb <c>analyze</c>: one row per model, means over its MoE blocks.</summary>
internal static class AnalysisTable
{
    /// <summary>What the columns mean.</summary>
    public const string Legend =
        "Means over MoE blocks, dead experts all together. Load CV: 0 is even. Entropy of load: 1 is even. Router margin: "
        + "best score minus second best. Outputs alike: mean cosine between two experts' outputs. Losses: nats per token above the "
        + "undisturbed loss, ± one standard error over sequences.";

    private static readonly (string Header, Func<CellAnalysis, string> Cell)[] Columns =
    [
        ("Load\nCV", analysis => Mean(analysis, block => block.LoadCv, 2)),
        ("Dead\nexp.",
            analysis => analysis.Blocks.Count == 0 ? Figures.None : Figures.Number(analysis.Blocks.Sum(block => block.Dead.Count), 0)),
        ("Entropy\nof load", analysis => Mean(analysis, block => block.AllocationEntropy, 3)),
        ("Router\nmargin", analysis => Mean(analysis, block => block.MarginOnScores, 4)),
        ("Outputs\nalike", analysis => Mean(
            analysis, block => block.OutputSimilarity is { } similar ? OutputSimilarity.Mean(similar) : null, 3)),
        ("Loss without\nthe first pick", analysis => Disturbed(analysis, "DropTop1")),
        ("Loss, experts\nat random", analysis => Disturbed(analysis, "Random")),
    ];

    /// <summary>Makes the table.</summary>
    public static IRenderable Of(IReadOnlyList<(AnalysisTarget Target, CellAnalysis Analysis)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Model\n").NoWrap());
        foreach (var (header, _) in Columns)
        {
            table.AddColumn(new TableColumn(header).Alignment(Justify.Right).NoWrap());
        }

        foreach (var (target, analysis) in rows)
        {
            table.AddRow([new Text(target.Label), .. Columns.Select(column => new Text(column.Cell(analysis)))]);
        }

        return table;
    }

    private static string Mean(CellAnalysis analysis, Func<BlockAnalysis, double?> figure, int decimals) =>
        Figures.Number(analysis.Blocks.Average(figure), decimals);

    private static string Disturbed(CellAnalysis analysis, string name) =>
        analysis.Perturbations.FirstOrDefault(result => result.Name == name) is { } found
            ? Figures.Difference(found.Difference, found.StandardError)
            : Figures.None;
}
