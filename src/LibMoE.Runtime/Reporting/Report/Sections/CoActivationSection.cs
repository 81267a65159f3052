using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Which experts are picked together, and which put out the same.</summary>
internal static class CoActivationSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        ChoiceOption[] options =
        [
            .. Matrices(study, "co-activation", "Picked together",
                "Of the tokens that pick the row's expert, the share that also picks the column's. The diagonal is left out, and a "
                    + "cross marks a pair that no token picks. With K picks of E experts at random every cell would be (K − 1)/(E − 1).",
                "share", most: 1, block => block.CoActivation),
            .. Matrices(study, "output-similarity", "Outputs alike",
                "Mean cosine between the outputs of two experts for the same tokens: near 1 they have learned the same, near 0 they "
                    + "do different things.",
                "cosine", most: 1, block => block.OutputSimilarity),
        ];
        var layers = Layers(study).ToList();
        IReportPart[] parts =
        [
            .. options.Length == 0 ? Array.Empty<IReportPart>() : [new Choice("co-activation-run", "Matrix and run", options)],
            .. layers.Count == 0 ? Array.Empty<IReportPart>() : [new Choice("layer-similarity-run", "Run", layers)],
        ];
        return parts.Length == 0 ? null : new ReportSection("co-activation", "Co-activation and similarity", parts);
    }

    private static IEnumerable<ChoiceOption> Matrices(
        StudyRecord study, string id, string title, string caption, string valueTitle, double most,
        Func<BlockAnalysis, IReadOnlyList<IReadOnlyList<double>>?> matrix)
    {
        var cells = study.AnalysedOnce.Where(cell => cell.Analysis!.Blocks.Any(block => matrix(block) is not null)).ToList();
        foreach (var cell in cells)
        {
            var all = cell.Analysis!.Blocks.Where(block => matrix(block) is not null).ToList();
            var each = all.Max(block => block.Experts.Count * block.Experts.Count);
            var shown = MatrixBudget.Blocks(cells.Count, all.Count, each);
            yield return new ChoiceOption($"{title}: {cell.Label}",
            [
                .. shown.Select(index => new ChartPart(Map(
                    id, title, caption + MatrixBudget.Note(shown.Count, all.Count), valueTitle, most, cell, all[index],
                    matrix(all[index])!))),
            ]);
        }
    }

    private static HeatMap Map(
        string id, string title, string caption, string valueTitle, double most, CellRecord cell, BlockAnalysis block,
        IReadOnlyList<IReadOnlyList<double>> matrix)
    {
        var rows =
            from one in Enumerable.Range(0, matrix.Count)
            from other in Enumerable.Range(0, matrix.Count)
            select (One: block.Experts[one], Other: block.Experts[other], Value: one == other ? (double?)null : matrix[one][other]);
        var table = rows.ToList();
        return new HeatMap(
            Slug.Of(id, cell.Variant, FormattableString.Invariant($"seed {cell.Seed} block {block.Block}")),
            FormattableString.Invariant($"{title}: {cell.Label}, block {block.Block}"),
            caption,
            FigureTable.Of(table)
                .Text("expert", row => row.One).Text("other", row => row.Other).Number(valueTitle, row => row.Value).Make())
        {
            X = "other",
            Y = "expert",
            Value = valueTitle,
            XTitle = "Other expert",
            YTitle = "Expert",
            ValueTitle = valueTitle,
            Most = Math.Min(most, Math.Max(table.Max(row => row.Value) ?? most, 1e-3)),
        };
    }

    private static IEnumerable<ChoiceOption> Layers(StudyRecord study) =>
        from cell in study.AnalysedOnce
        let matrix = cell.Analysis!.LayerSimilarity
        where matrix is { Count: > 1 }
        select new ChoiceOption(cell.Label, [new ChartPart(new HeatMap(
            Slug.Of("layer-similarity", cell.Variant, FormattableString.Invariant($"seed {cell.Seed}")),
            $"Similarity of layers: {cell.Label}",
            string.Create(
                CultureInfo.InvariantCulture, $"Overlap of the load of two MoE blocks, expert index by expert index: 1 where both spread "
                    + $"their picks alike. Mean {cell.Analysis!.UniversalScore:F3} (universal score), mean of the "
                    + $"best of each row {cell.Analysis!.OptimisticScore:F3} (optimistic score)."),
            FigureTable.Of(
                    from one in Enumerable.Range(0, matrix.Count)
                    from other in Enumerable.Range(0, matrix.Count)
                    select (One: one, Other: other, Value: matrix[one][other]))
                .Text("block", row => FormattableString.Invariant($"{cell.BlockOf(row.One)}"))
                .Text("other", row => FormattableString.Invariant($"{cell.BlockOf(row.Other)}"))
                .Number("similarity", row => row.Value)
                .Make())
        {
            X = "other",
            Y = "block",
            Value = "similarity",
            XTitle = "Other block",
            YTitle = "Block",
            ValueTitle = "similarity",
            Most = 1,
        })]);
}
