using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>The runs of a folder. A run is a folder in it with a manifest, results or a cell; links are not followed.</summary>
internal static class RunIndex
{
    /// <summary>Variant, settings of a grid, seed.</summary>
    private const int Depth = 3;

    private static readonly string[] RunMarks = [CellManifest.FileName, StudyResults.FileName, ImportedRun.FileName];
    private static readonly string[] CellMarks = [CellFiles.Config, CellFiles.Metrics, CellFiles.Result, CellFiles.Error];

    /// <summary>All runs, the newest first.</summary>
    /// <param name="folder">The folder of all runs; none are in one that does not exist.</param>
    public static IReadOnlyList<RunSummary> Of(string folder) =>
    [
        .. Children(folder).Select(child => Read(Path.Combine(folder, child.Name))).OfType<RunSummary>()
            .OrderByDescending(run => run.Date).ThenBy(run => run.Name, StringComparer.Ordinal),
    ];

    /// <summary>One run; null where the folder holds none.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunSummary? Read(string folder)
    {
        // A folder of runs is none itself, though their cells lie as deep in it as those of a grid do in a run.
        var cells = CellFolders(folder, Depth).ToList();
        if (!IsMarked(folder) && (cells.Count == 0 || Children(folder).Any(child => IsMarked(child.FullName))))
        {
            return null;
        }

        var problems = new List<string>();
        var planned = Try(problems, () => CellManifest.Find(StudyFolder.At(folder)))?.Cells ?? [];
        var results = File.Exists(Path.Combine(folder, StudyResults.FileName))
            ? Try(problems, () => StudyResults.Read(folder))
            : null;
        var finished = cells.Count(cell => File.Exists(Path.Combine(cell, CellFiles.Result)));
        var failed = cells.Count(
            cell => File.Exists(Path.Combine(cell, CellFiles.Error)) && !File.Exists(Path.Combine(cell, CellFiles.Result)));
        var all = Math.Max(planned.Count, cells.Count);
        var best = Best(results);
        return new RunSummary(Path.GetFileName(Path.GetFullPath(folder)), folder)
        {
            Date = Begun(cells) ?? new DateTimeOffset(Directory.GetLastWriteTimeUtc(folder), TimeSpan.Zero),
            Program = Try(problems, () => KeptSettings.Read(folder))?.Program,
            Variants = [.. (planned.Count > 0 ? planned.Select(cell => SettingsLabel.Of(cell.Variant, cell.Settings))
                : cells.Select(cell => Path.GetRelativePath(folder, cell).Split(Path.DirectorySeparatorChar)[0])).Distinct()],
            State = File.Exists(Path.Combine(folder, ImportedRun.FileName)) ? RunState.Imported
                : cells.Prepend(folder).Any(held => RunLock.IsHeld(DiskFiles.Instance, held)) ? RunState.Running
                : failed > 0 ? RunState.Failed
                : cells.Count == 0 ? RunState.Planned
                : finished == all ? RunState.Finished
                : RunState.Stopped,
            Cells = all,
            Finished = finished,
            Failed = failed,
            BestVariant = best?.Variant,
            Best = best?.Metric,
            Tags = RunTags.Of(folder),
            Problem = problems.FirstOrDefault(),
        };
    }

    /// <summary>Whether a folder has a file that only a run has.</summary>
    public static bool IsMarked(string folder) => RunMarks.Any(mark => File.Exists(Path.Combine(folder, mark)));

    /// <summary>The best of the main metric; what sees later tokens is not ranked.</summary>
    private static (string Variant, MetricFigure Metric)? Best(StudyResults? results)
    {
        var ranked = (results?.Variants ?? [])
            .Where(variant => variant.SeesOtherTokens is null && variant.HeldOut.Count > 0 && double.IsFinite(variant.HeldOut[0].Value))
            .Select(variant => (Variant: variant.Name, Metric: variant.HeldOut[0])).ToList();
        return ranked.Count == 0 ? null
            : ranked[0].Metric.Direction == MetricDirection.Higher
            ? ranked.MaxBy(one => one.Metric.Value)
            : ranked.MinBy(one => one.Metric.Value);
    }

    private static DateTimeOffset? Begun(IEnumerable<string> cells) => cells
        .Select(cell => Try([], () => CellOrigin.Find(CellFolder.At(cell)))?.Sittings is [var first, ..] ? first.Started : default)
        .Where(started => started != default).Select(started => (DateTimeOffset?)started).Min();

    /// <summary>Folders of cells; nothing below one is searched, since checkpoints hold files of the same names.</summary>
    private static IEnumerable<string> CellFolders(string folder, int depth) => depth == 0 ? [] :
        from child in Children(folder)
        let path = Path.Combine(folder, child.Name)
        from cell in CellMarks.Any(mark => File.Exists(Path.Combine(path, mark))) ? [path] : CellFolders(path, depth - 1)
        select cell;

    private static IEnumerable<DirectoryInfo> Children(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? [.. new DirectoryInfo(folder).EnumerateDirectories()
                    .Where(child => !child.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    .OrderBy(child => child.Name, StringComparer.Ordinal)]
                : [];
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static T? Try<T>(List<string> problems, Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception wrong) when (wrong is InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add(wrong is JsonException ? $"{KeptSettings.FileName} is damaged." : wrong.Message);
            return null;
        }
    }
}
