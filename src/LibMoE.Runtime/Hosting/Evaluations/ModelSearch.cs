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

    /// <summary>The models, in the order in which they are named; of a run, Dense first, then by name and seed.</summary>
    /// <param name="options">Which, and how many seeds of a run's variants.</param>
    /// <param name="runs">Where a run is looked for that is named alone; the newest is taken where nothing is named.</param>
    /// <param name="registered">The models that a program makes: they are taken where nothing is named.</param>
    /// <exception cref="ConfigurationException">A path does not exist, or two models have one name.</exception>
    public static IReadOnlyList<EvaluatedModel> Find(EvaluationOptions options, RunOptions runs, IReadOnlyList<EvaluatedModel> registered)
    {
        var named = options.Checkpoint.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var paths = named.Length > 0 || registered.Count > 0 ? named : [ExistingRun.Find("Evaluation:Checkpoint", "", runs)];
        var models = (paths.Length > 0 ? paths.SelectMany(path => At(path, runs, options.Seeds)) : registered).ToList();
        return models.GroupBy(model => (model.Name, model.Seed)).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new ConfigurationException(
                $"Evaluation:Checkpoint names two models '{twice.First().Label}': "
                    + $"{string.Join(" and ", twice.Select(model => model.Path))}.")
            : models;
    }

    private static IReadOnlyList<EvaluatedModel> At(string path, RunOptions runs, int? seeds)
    {
        path = new[] { path, Path.Combine(runs.Folder, path) }.FirstOrDefault(Path.Exists)
            ?? throw new ConfigurationException(
                $"Evaluation:Checkpoint names '{path}', which does not exist; it must be a checkpoint, a run, a llama2.c or GGUF "
                    + "file or a Hugging Face folder.");
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
