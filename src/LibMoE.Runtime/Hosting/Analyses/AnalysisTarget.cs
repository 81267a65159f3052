namespace LibMoE.Runtime.Hosting.Analyses;

/// <summary>One model that the verb <c>analyze</c> looks at.</summary>
/// <param name="Label">What people call it.</param>
/// <param name="Model">Its file or folder.</param>
/// <param name="Folder">Where its analysis goes; null for a run folder that is still to be made.</param>
internal sealed record AnalysisTarget(string Label, string Model, string? Folder)
{
    /// <summary>Its checkpoints, the oldest first, to be compared over training where there are several;
    /// empty for a model of another layout.</summary>
    public IReadOnlyList<Checkpoint> Series { get; init; } = [];

    /// <summary>The checkpoint that was asked for, such as <c>step-600</c>; null for the newest of a cell.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The cell's analysis, or that of one checkpoint of it.</summary>
    public string FileName => Checkpoint is null ? CellAnalysis.FileName : $"analysis-{Checkpoint}.json";

    /// <summary>Finds what a path stands for: the cells of a run, a cell, a checkpoint, or a model of another layout.</summary>
    /// <param name="path">The path, or the name of a run; empty takes the newest run.</param>
    /// <param name="runs">Where runs are.</param>
    /// <param name="problems">What could not be taken, one sentence each.</param>
    /// <exception cref="ConfigurationException">There is nothing at the path, or nothing that can be analysed.</exception>
    public static IReadOnlyList<AnalysisTarget> Find(string path, RunOptions runs, ICollection<string> problems)
    {
        if (File.Exists(path))
        {
            return [Alone(path)];
        }

        var folder = ExistingRun.Find("Analysis:Path", path, runs);
        if (Runtime.Checkpoint.IsIn(DiskFiles.Instance, folder))
        {
            return [OfCheckpoint(folder)];
        }

        var cells = IsCell(folder) ? [folder] : Cells(folder);
        if (cells.Count == 0)
        {
            return path.Length > 0 ? [Alone(folder)] : throw new ConfigurationException(
                $"Analysis:Path is not set, and the newest run, {folder}, has no checkpoints; name a run, a cell or a checkpoint.");
        }

        List<AnalysisTarget> targets = [.. cells.Select(cell => OfCell(folder, cell, problems)).OfType<AnalysisTarget>()];
        return targets.Count > 0 ? targets : throw new ConfigurationException(string.Join(" ", problems));
    }

    private static bool IsCell(string folder) => Directory.Exists(Path.Combine(folder, TrainingStorage.CheckpointFolder));

    private static List<string> Cells(string run) =>
    [
        .. Directory.EnumerateDirectories(run, "seed-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Where(IsCell)
            .OrderBy(cell => !Path.GetRelativePath(run, cell)
                .StartsWith(MoeVariant.Dense + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .ThenBy(cell => cell, StringComparer.Ordinal),
    ];

    private static AnalysisTarget? OfCell(string root, string cell, ICollection<string> problems)
    {
        var store = new CheckpointStore(DiskFiles.Instance, Path.Combine(cell, TrainingStorage.CheckpointFolder));
        var series = new List<Checkpoint>();
        foreach (var step in store.Steps())
        {
            try
            {
                series.Add(store.Open(step));
            }
            catch (StorageException damaged)
            {
                problems.Add(damaged.Message.TrimEnd('.') + ".");
            }
        }

        if (series.Count == 0)
        {
            problems.Add($"{cell} has no whole checkpoint.");
            return null;
        }

        var label = root == cell
            ? Path.GetFileName(Path.GetDirectoryName(cell)!) + "/" + Path.GetFileName(cell)
            : Path.GetRelativePath(root, cell).Replace('\\', '/');
        return new AnalysisTarget(label, series[^1].Path, cell) { Series = series };
    }

    /// <summary>A checkpoint of a cell is analysed beside the cell's own analysis; one that lies alone, inside the
    /// folder around it.</summary>
    private static AnalysisTarget OfCheckpoint(string folder)
    {
        var full = Path.GetFullPath(folder);
        var (name, store) = (Path.GetFileName(full), Path.GetDirectoryName(full)!);
        var around = Path.GetFileName(store) == TrainingStorage.CheckpointFolder ? Path.GetDirectoryName(store)! : store;
        return new AnalysisTarget($"{Path.GetFileName(around)}/{name}", folder, Path.GetRelativePath(Environment.CurrentDirectory, around))
        {
            Checkpoint = name,
            Series = [Runtime.Checkpoint.Open(DiskFiles.Instance, folder)],
        };
    }

    private static AnalysisTarget Alone(string path) => new(Path.GetFileNameWithoutExtension(path), path, Folder: null);
}
