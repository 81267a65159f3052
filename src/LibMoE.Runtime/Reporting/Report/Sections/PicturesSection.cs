using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Held-out images with question and answer, and which expert handled which patch.</summary>
internal static class PicturesSection
{
    /// <summary>A patch takes about as much of the page as so many values of a matrix.</summary>
    private const int ValuesOfPatch = 8;

    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.AnalysedOnce.Where(cell => cell.Analysis!.Pictures is { } pictures
            && pictures.Any(picture => picture.Layers.Count > 0)).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "pictures",
            "Which expert handled each patch",
            [
                new Prose("Held-out images, questions of every kind in turn. Over each image, layer by layer, colour and number say the "
                    + "first expert of each patch, the strength of the colour its weight; point at a patch for all its picks. Experts of "
                    + "different layers and runs have nothing to do with each other. An image is seen before its question is read."),
                new Choice("pictures-run", "Run", [.. cells.Select(cell => new ChoiceOption(cell.Label, Parts(cell, cells.Count)))]),
            ]);
    }

    private static List<IReportPart> Parts(CellRecord cell, int runs)
    {
        var pictures = cell.Analysis!.Pictures!;
        var (layers, patches) = (pictures.Max(picture => picture.Layers.Count), pictures.Max(picture => picture.Grid * picture.Grid));
        var shown = MatrixBudget.Blocks(runs * pictures.Count, layers, ValuesOfPatch * patches);
        var note = MatrixBudget.Note(shown.Count, layers);
        return
        [
            .. note.Length == 0 ? Array.Empty<IReportPart>() : [new Prose(note.Trim())],
            new PatchPictures(
                cell.Analysis.Blocks.Max(block => block.Experts.Count),
                [.. pictures.Select(picture => picture with
                {
                    Layers = [.. shown.Where(layer => layer < picture.Layers.Count).Select(layer => picture.Layers[layer])],
                })]),
        ];
    }
}
