using System.Text.Json;
using Spectre.Console;

namespace LibMoE.Runtime;

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
    /// <param name="plan">What was trained.</param>
    /// <param name="finished">What it came to.</param>
    /// <param name="folder">The run folder, with the cells' analyses.</param>
    public static PresetAnswer Of(StudyPreset preset, StudyPlan plan, IEnumerable<TrainingResult> finished, RunFolder folder) => new(
        preset.Name,
        preset.Question,
        preset.Answer([
            .. finished.Select(result => new AnalysedCell(result.Label, result, CellAnalysis.Read(folder.PathOf(GridSettings.CellFolder(result.Name, result.Settings, result.Seed))))
            {
                Declaration = plan.Variants.FirstOrDefault(variant => variant.Name == result.Name)?.Mixture?.Declaration,
            }),
        ]));

    /// <summary>Writes the file, and the sentences to the screen.</summary>
    public void WriteTo(RunFolder folder, IAnsiConsole console)
    {
        folder.Write(FileName, JsonSerializer.Serialize(this, StudyResults.Json));
        console.Write(new Text(Question));
        console.WriteLine();
        foreach (var sentence in Answer)
        {
            console.Write(new Text("  " + sentence));
            console.WriteLine();
        }
    }
}
