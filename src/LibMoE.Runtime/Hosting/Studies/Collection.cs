using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Merges the cells of a run folder into <c>results.json</c>, whoever trained them.</summary>
internal sealed class Collection(RunOptions options, StudyOptions study, IEnumerable<MoeVariant> declared, IAnsiConsole console)
{
    /// <summary>Merges what is done, and says what is not.</summary>
    /// <returns><see cref="ExitCode.Done"/> if every cell is done, <see cref="ExitCode.Failed"/> otherwise.</returns>
    /// <exception cref="ConfigurationException">There is no such run, or it has no manifest.</exception>
    public int Run()
    {
        var folder = StudyFolder.Open(options);
        var manifest = CellManifest.Find(folder)
            ?? throw new ConfigurationException($"{folder.Path} has no {CellManifest.FileName}; 'study' and 'run-cell' write it.");
        var cells = manifest.Cells.Select(cell => (Cell: cell, Result: CellResults.Find(folder, cell))).ToList();
        var finished = cells.Select(cell => cell.Result).OfType<TrainingResult>().ToList();
        if (study.MissingOnly)
        {
            console.WriteWhole(IndexRanges.Of([.. cells.Where(cell => cell.Result is null).Select(cell => cell.Cell.Index)]));
            return finished.Count == cells.Count ? ExitCode.Done : ExitCode.Failed;
        }

        if (finished.Count > 0)
        {
            var corpus = CorpusOf(folder, cells.First(cell => cell.Result is not null).Cell);
            var results = StudyResults.Of(finished, finished[0].Machine ?? MachineInfo.Current(), corpus);
            folder.Write(StudyResults.FileName, results.ToJson());
            new StudyReport(results, finished, Notes(finished), []).WriteTo(console);
            if (StudyPresets.Find(study.Preset) is { } preset)
            {
                PresetAnswer.Of(preset, [.. declared], finished, folder).WriteTo(folder, console);
            }

            console.WriteWhole($"{finished.Count} of {"cell".ToQuantity(cells.Count)} written to {folder.PathOf(StudyResults.FileName)}");
            console.WriteWhole($"Report: {ReportWriter.Write(folder.Path)}");
        }

        foreach (var (cell, _) in cells.Where(cell => cell.Result is null))
        {
            console.WriteLine($"{cell.Index}: {cell}, {State(folder, cell)}");
        }

        return finished.Count == cells.Count ? ExitCode.Done : ExitCode.Failed;
    }

    private static CorpusIdentity CorpusOf(StudyFolder folder, ManifestCell cell)
    {
        using var config = JsonDocument.Parse(folder.Read($"{cell.Folder}/{CellFiles.Config}")!);
        return config.RootElement.GetProperty("corpus").Deserialize<CorpusIdentity>(RunJson.Indented)!;
    }

    private static IEnumerable<string> Notes(IEnumerable<TrainingResult> finished)
    {
        var machines = finished.Select(result => result.Machine).Distinct().Count();
        return machines > 1
            ? [$"The cells ran on {machines} different machines or thread counts: compare their losses, not their times."]
            : [];
    }

    private static string State(StudyFolder folder, ManifestCell cell) =>
        folder.Read($"{cell.Folder}/{CellFiles.Error}") is { } error ? $"failed: {Reason(error)}"
        : folder.Read($"{cell.Folder}/{CellFiles.Result}") is not null ? "has a result that cannot be read or was made with other settings"
        : folder.Read($"{cell.Folder}/{CellFiles.Config}") is not null ? "begun, not done"
        : "not begun";

    /// <summary>The message in the first line of an exception's text, without its type.</summary>
    private static string Reason(string error) => error.Split('\n')[0].Split(": ", 2)[^1];
}
