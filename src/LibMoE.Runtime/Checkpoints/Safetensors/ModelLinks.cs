namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>
/// Follows links among the files of a model: within its folder, and into the blobs of the Hugging Face cache where the folder is a snapshot
/// of it. Any other link is refused: a folder from elsewhere could make its reader open any file.
/// </summary>
internal static class ModelLinks
{
    /// <summary>Where a file of a model's folder really lies.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The model's folder; it may be a link itself, to anywhere.</param>
    /// <param name="name">The file's name in it.</param>
    /// <exception cref="SafetensorsException">It is a link out of the model (rule 19).</exception>
    /// <exception cref="StorageException">It is a link to nothing.</exception>
    public static string Follow(IRunFiles files, string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (files.Find(path) is not { Kind: RunEntryKind.Link })
        {
            return path;
        }

        var target = files.Resolve(path);
        if (!IsWithin(files.Resolve(folder), target) && !(HuggingFaceCache.Blobs(files, folder) is { } blobs && IsWithin(blobs, target)))
        {
            throw new SafetensorsException(
                path,
                SafetensorsRule.Shards,
                $"it is a link to {target}, outside of the model's folder and its cache; put the file itself there");
        }

        return files.Find(target) is { Kind: RunEntryKind.File }
            ? target
            : throw new StorageException(path, StorageCause.NotFound, $"{path} is a link to {target}, which is not a file");
    }

    private static bool IsWithin(string folder, string path) =>
        path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
