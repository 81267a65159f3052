using System.Globalization;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Finds the models that <c>Evaluation:Checkpoint</c> names: files and folders of models, and runs with all
/// of their cells.</summary>
internal static class ModelSearch
{
    private const string SeedPrefix = "seed-";
    private const int ShortCommit = 7;

    /// <summary>The models, in the order in which they are named; of a run, Dense first, then by name and seed.</summary>
    /// <param name="options">Which, and how many seeds of a run's variants.</param>
    /// <param name="runs">Where a run is looked for that is named alone; the newest is taken where nothing is named.</param>
    /// <param name="registered">The models that a program makes: they are taken where nothing is named.</param>
    /// <param name="places">Where published models lie that are named by address; null where there are none.</param>
    /// <exception cref="ConfigurationException">A path does not exist, or two models have one name.</exception>
    public static IReadOnlyList<EvaluatedModel> Find(
        EvaluationOptions options, RunOptions runs, IReadOnlyList<EvaluatedModel> registered,
        IReadOnlyDictionary<string, string>? places = null)
    {
        var named = Named(options);
        var paths = named.Length > 0 || registered.Count > 0 ? named : [ExistingRun.Find("Evaluation:Checkpoint", "", runs)];
        var models = (paths.Length > 0 ? paths.SelectMany(path => places?.GetValueOrDefault(path) is { } place
            ? [Published(path, place)]
            : At(path, runs, options.Seeds)) : registered).ToList();
        return models.GroupBy(model => (model.Name, model.Seed)).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new ConfigurationException(
                $"Evaluation:Checkpoint names two models '{twice.First().Label}': "
                    + $"{string.Join(" and ", twice.Select(model => model.Path))}.")
            : models;
    }

    /// <summary>The paths and addresses that are named.</summary>
    public static string[] Named(EvaluationOptions options) =>
        options.Checkpoint.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A published model goes by its name and revision, so that two revisions can stand in one table.</summary>
    private static EvaluatedModel Published(string address, string place)
    {
        var parsed = HubAddress.Parse(address);
        var name = parsed.Path is { } file ? Path.GetFileNameWithoutExtension(file) : parsed.Name;
        var revision = parsed.IsPinned ? parsed.Revision![..ShortCommit] : parsed.Revision?.Replace('/', '-');
        return EvaluatedModel.At(place, revision is null ? name : $"{name}@{revision}");
    }

    private static IReadOnlyList<EvaluatedModel> At(string path, RunOptions runs, int? seeds)
    {
        path = new[] { path, Path.Combine(runs.Folder, path) }.FirstOrDefault(Path.Exists)
            ?? throw new ConfigurationException(
                $"Evaluation:Checkpoint names '{path}', which does not exist; it must be a checkpoint, a run, a llama2.c or GGUF file, a "
                    + "Hugging Face folder, or the address of a published model (hf:owner/name@revision).");
        var cells = Directory.Exists(path) ? Cells(path) : [];
        return cells.Count > 0
            ? [.. cells.GroupBy(cell => cell.Name).SelectMany(cell => cell.OrderBy(seed => seed.Seed).Take(seeds ?? int.MaxValue))]
            : [Alone(path)];
    }

    /// <summary>A run's cells: folders <c>seed-N</c> below those of the variants and of a grid's settings.</summary>
    private static List<EvaluatedModel> Cells(string run) =>
    [
        .. Directory.EnumerateDirectories(
            run, SeedPrefix + "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Where(folder => File.Exists(Path.Combine(folder, CellFiles.Config))
                || Directory.Exists(Path.Combine(folder, TrainingStorage.CheckpointFolder)))
            .Select(folder => EvaluatedModel.At(folder, NameOf(run, folder), SeedOf(folder), run))
            .Where(model => model.Name.Length > 0 && model.Seed >= 0)
            .OrderByDescending(model => model.Name == MoeVariant.Dense)
            .ThenBy(model => model.Name, StringComparer.Ordinal)
            .ThenBy(model => model.Seed),
    ];

    /// <summary>As the run's results name the cell; before it has any, by its folders.</summary>
    private static string NameOf(string run, string cell) => CellResults.Read(CellFolder.At(cell))?.Label
        ?? Path.GetDirectoryName(Path.GetRelativePath(run, cell))!.Replace('\\', ' ').Replace('/', ' ');

    private static long SeedOf(string cell) =>
        long.TryParse(Path.GetFileName(cell)[SeedPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : -1;

    /// <summary>A file goes by its own name, a cell or checkpoint by those of variant and seed.</summary>
    private static EvaluatedModel Alone(string path)
    {
        var parts = Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var cell = Array.FindLastIndex(parts, part => part.StartsWith(SeedPrefix, StringComparison.Ordinal));
        var name = File.Exists(path) ? Path.GetFileNameWithoutExtension(path)
            : cell > 0 ? string.Join('-', parts[(cell - 1)..])
            : HuggingFaceCache.NameOf(path);
        return EvaluatedModel.At(path, name);
    }
}
