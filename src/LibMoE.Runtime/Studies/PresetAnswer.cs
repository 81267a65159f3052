using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;
using Spectre.Console;

namespace LibMoE.Runtime.Studies;

/// <summary>Says what a preset's study found, and writes it to <c>preset.json</c>.</summary>
/// <param name="Preset">The preset's name.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">The sentences.</param>
internal sealed record PresetAnswer(string Preset, string Question, IReadOnlyList<string> Answer)
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "preset.json";

    /// <summary>Answers from the cells of a run that are done.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="declared">The declared layers.</param>
    /// <param name="finished">The result of training.</param>
    /// <param name="folder">The run folder, with the cells' analyses.</param>
    public static PresetAnswer Of(
        StudyPreset preset, IReadOnlyList<MoeVariant> declared, IEnumerable<TrainingResult> finished, StudyFolder folder) => new(
            preset.Name,
            preset.Question,
            [
                .. finished.GroupBy(result => SettingsLabel.Of(result.Settings))
                    .SelectMany(setting => Answers(preset, declared, setting, folder),
                        (setting, sentence) => setting.Key.Length == 0 ? sentence : $"{setting.Key}: {sentence}"),
            ]);

    /// <summary>Writes the file, and the sentences to the screen.</summary>
    public void WriteTo(StudyFolder folder, IAnsiConsole console)
    {
        folder.Write(FileName, JsonSerializer.Serialize(this, RunJson.Indented));
        console.Write(new Text(Question));
        console.WriteLine();
        foreach (var sentence in Answer)
        {
            console.Write(new Text("  " + sentence));
            console.WriteLine();
        }
    }

    /// <summary>Cells are compared with cells of the same settings: a grid asks the question once for each.</summary>
    private static IReadOnlyList<string> Answers(
        StudyPreset preset, IReadOnlyList<MoeVariant> declared, IEnumerable<TrainingResult> finished, StudyFolder folder) => preset.Answer(
        [
            .. finished.Select(result => new AnalysedCell(
                result.Name, result, CellAnalysis.Read(folder.PathOf(CellPath.Of(result.Name, result.Settings, result.Seed))))
            {
                Declaration = declared.FirstOrDefault(variant => variant.Name == result.Name)?.Declaration,
            }),
        ]);
}
