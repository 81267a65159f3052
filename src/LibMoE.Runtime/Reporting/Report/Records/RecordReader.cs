using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Index;
using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Report.Records;

/// <summary>
/// Reads a run folder, whatever state it is in: a file that is absent leaves a gap, one that cannot be read a sentence, and neither stops
/// the rest.
/// </summary>
internal sealed class RecordReader
{
    private static readonly string[] CellMarks = [CellFiles.Config, CellFiles.Metrics, CellFiles.Error, CellFiles.Result];

    private readonly List<string> _problems = [];

    /// <summary>By folder, what each planned cell is called; what is not in it goes by its variant's name.</summary>
    private readonly Dictionary<string, string> _labels = [];

    /// <summary>Reads a run folder.</summary>
    /// <param name="folder">The folder of a study.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static StudyRecord Read(string folder) => new RecordReader().ReadStudy(folder);

    private StudyRecord ReadStudy(string folder)
    {
        var root = new DirectoryInfo(folder);
        var results = Json<StudyResults>(folder, StudyResults.FileName, RunJson.Indented);
        ReadLabels(folder);
        var order = results?.Variants.Select(variant => variant.Name).ToList() ?? [MoeVariant.Dense];
        IReadOnlyList<CellRecord> cells =
        [
            .. CellFolders(root)
                .Select(cell => ReadCell(root.FullName, cell.FullName))
                .OrderBy(cell => order.IndexOf(cell.Variant) is var place and >= 0 ? place : order.Count)
                .ThenBy(cell => cell.Variant, StringComparer.Ordinal)
                .ThenBy(cell => cell.Seed),
        ];
        return new StudyRecord
        {
            Name = root.Name,
            Results = results,
            Evaluation = Json<EvaluationComparison>(folder, EvaluationComparison.FileName, RunJson.Indented),
            Imported = Json<ImportedRun>(folder, ImportedRun.FileName, RunJson.Indented),
            Answer = Json<PresetAnswer>(folder, PresetAnswer.FileName, RunJson.Indented),
            Cells = cells,
            NotBegun = [.. _labels.Where(planned => cells.All(cell => cell.Folder != planned.Key)).Select(planned => planned.Value)],
            Problems = _problems,
        };
    }

    /// <summary>Folders that hold a run; nothing below one is searched, since checkpoints hold files of the same names.</summary>
    private static IEnumerable<DirectoryInfo> CellFolders(DirectoryInfo folder) =>
        from child in folder.EnumerateDirectories().OrderBy(child => child.Name, StringComparer.Ordinal)
        from cell in CellMarks.Any(mark => File.Exists(Path.Combine(child.FullName, mark))) ? [child] : CellFolders(child)
        select cell;

    private CellRecord ReadCell(string root, string folder)
    {
        var config = Json<CellConfig>(folder, CellFiles.Config, RunJson.Indented);
        var relative = Path.GetRelativePath(root, folder).Replace('\\', '/');
        return new CellRecord
        {
            Variant = _labels.GetValueOrDefault(relative) ?? config?.Variant ?? relative.Split('/')[0],
            Seed = config?.Seed ?? SeedOf(relative),
            Folder = relative,
            Config = config,
            Origin = Json<CellOrigin>(folder, CellOrigin.FileName, RunJson.Indented),
            Progress = Lines(folder),
            Result = Json<TrainingResult>(folder, CellFiles.Result, RunJson.Indented),
            Analysis = Json<CellAnalysis>(folder, CellAnalysis.FileName, RunJson.Indented),
            Evaluation = Json<EvaluationResults>(folder, EvaluationResults.FileName, RunJson.Indented),
            Samples = TextSample.Read(folder),
            Code = Text(Path.Combine(folder, GeneratedCode.FileName)),
            Error = Text(Path.Combine(folder, CellFiles.Error)),
        };
    }

    private static string? Text(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    /// <summary>Cells of a grid share their variants' names: settings tell them apart.</summary>
    private void ReadLabels(string folder)
    {
        try
        {
            foreach (var cell in CellManifest.Find(StudyFolder.At(folder))?.Cells ?? [])
            {
                _labels[cell.Folder] = SettingsLabel.Of(cell.Variant, cell.Settings);
            }
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException)
        {
            _problems.Add(wrong.Message);
        }
    }

    private static long SeedOf(string folder) =>
        long.TryParse(folder.Split("seed-")[^1], CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    private T? Json<T>(string folder, string name, JsonSerializerOptions options)
        where T : class
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, options);
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException or IOException or ArgumentException)
        {
            _problems.Add($"{path} cannot be read: {wrong.Message}");
            return null;
        }
    }

    /// <summary>The reports of a run. Its last line may be half written while the run is under way.</summary>
    private List<TrainingProgress> Lines(string folder)
    {
        var path = Path.Combine(folder, CellFiles.Metrics);
        if (!File.Exists(path))
        {
            return [];
        }

        var reports = new List<TrainingProgress>();
        var lines = ReadShared(path).Split('\n');
        foreach (var (number, line) in lines.Index().Where(line => line.Item.Length > 0))
        {
            try
            {
                if (JsonSerializer.Deserialize<TrainingProgress>(line, RunJson.Indented) is { } report)
                {
                    reports.Add(report with { Blocks = report.Blocks ?? [] });
                }
            }
            catch (JsonException) when (number == lines.Length - 1)
            {
                break;
            }
            catch (JsonException wrong)
            {
                _problems.Add(FormattableString.Invariant($"{path}, line {number + 1}, cannot be read: {wrong.Message}"));
                break;
            }
        }

        return reports;
    }

    /// <summary>Reads a file that its writer still has open.</summary>
    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
