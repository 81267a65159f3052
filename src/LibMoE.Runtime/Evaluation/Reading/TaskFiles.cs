using System.Security.Cryptography;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>The data files of a task that lie in the cache, checked against their hashes.</summary>
internal sealed class TaskFiles
{
    private readonly Dictionary<string, string> _paths = [];
    private readonly Dictionary<string, string> _hashes = [];

    private TaskFiles(TaskSource source) => Source = source;

    /// <summary>The packaging that was found.</summary>
    public TaskSource Source { get; }

    /// <summary>Where the images lie, a .zip or a folder; null where the source has none of its own, or none are asked for.</summary>
    public string? Images { get; private set; }

    /// <summary>SHA-256 by file name.</summary>
    public IReadOnlyDictionary<string, string> Hashes => _hashes;

    /// <summary>Where the file lies.</summary>
    public string PathOf(SourceFile file) => _paths[file.Path];

    /// <summary>Finds the first packaging that is there in full.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cache">Where to look.</param>
    /// <param name="development">Whether the development split is needed too.</param>
    /// <param name="images">Whether the images are needed.</param>
    /// <exception cref="MissingDataException">None is.</exception>
    /// <exception cref="EvaluationDataException">A file is not the one that the task names by its hash.</exception>
    public static TaskFiles Locate(EvaluationTask task, DataCache cache, bool development, bool images = true)
    {
        var source =
            task.Sources.FirstOrDefault(source => Needed(source, development, images).All(file => PlaceOf(source, file, cache) is not null))
            ?? throw new MissingDataException([task], cache, images, null, null);
        var files = new TaskFiles(source);
        foreach (var file in Needed(source, development, images: false).DistinctBy(file => file.Path))
        {
            files.Add(task, file, cache.Find(file.Path)!);
        }

        if (images && source.Images is { } archive)
        {
            files.Images = ImageFiles.PlaceOf(archive, cache);
            if (archive.Sha256 is not null && File.Exists(files.Images))
            {
                files.Add(task, archive, files.Images);
            }
        }

        return files;
    }

    /// <summary>The files that a packaging consists of.</summary>
    public static IEnumerable<SourceFile> Needed(TaskSource source, bool development, bool images = true) => source.Files
        .Concat(source.Labels is null ? [] : [source.Labels])
        .Concat(source.Beside ?? [])
        .Concat(development ? source.Development : [])
        .Concat(images && source.Images is not null ? [source.Images] : []);

    /// <summary>Where a file of a packaging lies; null where it does not. Images may lie unpacked.</summary>
    public static string? PlaceOf(TaskSource source, SourceFile file, DataCache cache) =>
        file == source.Images ? ImageFiles.PlaceOf(file, cache) : cache.Find(file.Path);

    private void Add(EvaluationTask task, SourceFile file, string path)
    {
        var hash = Hash(path);
        if (file.Sha256 is not null && file.Sha256 != hash)
        {
            throw new EvaluationDataException(
                path, 0, $"its SHA-256 is {hash} where task '{task.Name}' names {file.Sha256}; remove the file to have it fetched again");
        }

        (_paths[file.Path], _hashes[file.Path]) = (path, hash);
    }

    private static string Hash(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationDataException(path, 0, $"the file cannot be read ({fault.Message})", fault);
        }
    }
}
