namespace LibMoE.Runtime;

/// <summary>The data files that a program's own learner reads: looked for in the data folders, else fetched from a pinned
/// address.</summary>
/// <param name="cache">The data folders; null takes those of this user.</param>
/// <param name="downloader">Fetches; null takes one with a minute's patience.</param>
public sealed class DataFiles(DataCache? cache = null, Downloader? downloader = null)
{
    /// <summary>The data folders.</summary>
    public DataCache Cache { get; } = cache ?? DataCache.Default();

    /// <summary>The path of the first that is there, else of the first that can be fetched.</summary>
    /// <param name="either">Forms of the same data, such as a packed file and the plain one.</param>
    /// <param name="origin">Where people get it, for the message: <c>download it from …</c>.</param>
    /// <exception cref="ConfigurationException">None is there, and none can be fetched; one line says how to get it.</exception>
    public string Require(IReadOnlyList<SourceFile> either, string origin)
    {
        if (either.Select(file => Cache.Find(file.Path)).FirstOrDefault(path => path is not null) is { } found)
        {
            return found;
        }

        var reason = "";
        foreach (var file in either.Where(file => file is { Url: not null, Sha256: not null }))
        {
            try
            {
                return (downloader ?? new Downloader()).FindAsync(file, Cache, offline: false).GetAwaiter().GetResult();
            }
            catch (Exception failed) when (failed is DownloadException or EvaluationDataException or StorageException)
            {
                reason = $", and {failed.Message}";
            }
        }

        throw new ConfigurationException(
            $"{string.Join(" or ", either.Select(file => file.Path))} is in none of the data folders "
            + $"({string.Join(", ", Cache.Folders)}; LIBMOE_DATA names the first){reason}: {origin}.");
    }
}
