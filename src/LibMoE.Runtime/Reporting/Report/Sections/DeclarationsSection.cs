using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What each variant declared, and how it was trained.</summary>
internal static class DeclarationsSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.Cells.Where(cell => cell.Config is not null).DistinctBy(cell => cell.Variant).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "declarations",
            "Declarations",
            [
                new Prose("The canonical text of each declaration, its hashes, and the settings of its first run. Equal structure hashes "
                    + "have equal shapes and forward passes; equal full hashes train alike as well."),
                .. cells.SelectMany(cell => (IReportPart[])
                [
                    new Listing(cell.Variant, Text(cell.Config!)),
                    .. cell.Code is { } code ? [new Listing($"{cell.Variant}: generated code", code)] : Array.Empty<IReportPart>(),
                ]),
            ]);
    }

    private static string Text(CellConfig config)
    {
        var declared = config.Declaration is { } declaration
            ? $"{declaration.StructureText}\n{declaration.CoefficientsText}\n\nstructure  {declaration.Structure}\nfull       "
                + $"{declaration.Full}"
            : config.Model is null ? "The dense baseline." : "The dense baseline: an FFN of the width that gives equal active parameters.";
        var model = config.Model is { } backbone
            ? $"model {JsonSerializer.Serialize(backbone, RunJson.Indented)}"
            : $"learner {JsonSerializer.Serialize(config.Learner, RunJson.Indented)}";
        return $"{declared}\n\n{model}\n\ntraining {JsonSerializer.Serialize(config.Training, RunJson.Indented)}";
    }
}
