using LibMoE.Runtime.Evaluation.Reading;

namespace LibMoE.Runtime;

/// <summary>Sees to it that the data of tasks is there: what no data folder has is fetched into the first.</summary>
/// <param name="cache">The data folders.</param>
/// <param name="downloader">Fetches.</param>
/// <param name="offline">Whether nothing may be fetched.</param>
public sealed class TaskDownloads(DataCache cache, Downloader downloader, bool offline)
{
    /// <summary>Whether the images of tasks are needed; they are not where questions are asked without them.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Fetches what is missing, task by task.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="development">Whether the development splits are needed too.</param>
    /// <param name="progress">Reports as bytes arrive.</param>
    /// <param name="stop">Ends the download.</param>
    /// <exception cref="MissingDataException">Something is not available; the message says why and lists everything that is
    /// still missing.</exception>
    /// <exception cref="EvaluationDataException">A file that was fetched is not the one that its task names.</exception>
    /// <exception cref="StorageException">Another process fetches the same, or it cannot be written.</exception>
    public async Task EnsureAsync(
        IReadOnlyList<EvaluationTask> tasks, bool development, IProgress<DownloadProgress>? progress = null,
        CancellationToken stop = default)
    {
        var missing = Missing(tasks, development);
        if (missing.Count > 0 && offline)
        {
            throw Lacking(missing, "Nothing is downloaded offline");
        }

        if (missing.Find(task => Fetchable(task, development) is null) is { } unknown)
        {
            throw Lacking(missing, $"for the data of '{unknown.Name}' no address with a hash is known");
        }

        foreach (var task in missing)
        {
            try
            {
                foreach (var file in Fetchable(task, development)!)
                {
                    await downloader.FetchAsync(file, cache.WritablePath(file.Path), progress, stop).ConfigureAwait(false);
                }
            }
            catch (DownloadException failed)
            {
                throw Lacking(Missing(tasks, development), failed.Message, failed);
            }
        }
    }

    /// <summary>The tasks of which no packaging is there in full.</summary>
    public List<EvaluationTask> Missing(IReadOnlyList<EvaluationTask> tasks, bool development) =>
        [.. tasks.Where(task => !task.Sources.Any(source => Needed(source, development).All(file => IsThere(source, file))))];

    /// <summary>What is to be fetched of the first packaging that can be; null where none can.</summary>
    private List<SourceFile>? Fetchable(EvaluationTask task, bool development) => task.Sources
        .Select(source => Needed(source, development).Where(file => !IsThere(source, file)).GroupBy(file => file.Path)
            .Select(files => files.FirstOrDefault(file => file is { Url: not null, Sha256: not null })).ToList())
        .FirstOrDefault(files => files.All(file => file is not null))?.OfType<SourceFile>().ToList();

    private MissingDataException Lacking(List<EvaluationTask> missing, string reason, Exception? cause = null) =>
        new(missing, cache, Images, reason, cause);

    private IEnumerable<SourceFile> Needed(TaskSource source, bool development) => TaskFiles.Needed(source, development, Images);

    private bool IsThere(TaskSource source, SourceFile file) => TaskFiles.PlaceOf(source, file, cache) is not null;
}
