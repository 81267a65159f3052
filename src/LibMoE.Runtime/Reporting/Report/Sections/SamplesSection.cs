using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Texts that models drew while they were trained, where samples were asked for.</summary>
internal static class SamplesSection
{
    /// <summary>Rows of one run; the file has all.</summary>
    private const int Rows = 30;

    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.Cells.Where(cell => cell.Samples.Count > 0).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "samples",
            "Samples over training",
            [
                new Prose("What a model wrote after so many steps, the newest first. The same seeds draw at every step."),
                new Choice("samples-run", "Run", [.. cells.Select(cell => new ChoiceOption(cell.Label, [Table(cell)]))]),
            ]);
    }

    private static ReportTable Table(CellRecord cell)
    {
        var shown = cell.Samples.Reverse().Take(Rows);
        return ReportTable.Of(shown)
            .Number("Step", sample => sample.Step.ToString(CultureInfo.InvariantCulture))
            .Text("Prompt", sample => Plain(sample.Prompt))
            .Text("Continuation", sample => Plain(sample.Text))
            .Make(
                Slug.Of("samples", cell.Variant, FormattableString.Invariant($"seed {cell.Seed}")),
                "Line ends are shown as ⏎.",
                FigureTable.Of(cell.Samples)
                    .Number("step", sample => sample.Step)
                    .Text("prompt", sample => sample.Prompt)
                    .Text("text", sample => sample.Text)
                    .Make());
    }

    /// <summary>On one line; a grave accent would begin code.</summary>
    private static string Plain(string text) => text.ReplaceLineEndings(" ⏎ ").Replace('`', '\'');
}
