using System.Text;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>
/// How huggingface_hub keeps downloaded models: <c>models--OWNER--NAME/</c> with <c>refs/main</c> (a revision), <c>snapshots/REVISION/</c>
/// (links) and <c>blobs/</c> (the files, named by their hashes). See its guide "Understand caching".
/// </summary>
internal static class HuggingFaceCache
{
    private const string Prefix = "models--";
    private const string Separator = "--";
    private const string Snapshots = "snapshots";
    private const int LongestRevision = 256;

    /// <summary>The folder itself; of a model's folder in the cache, the snapshot that its <c>refs/main</c> names.</summary>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    public static string Snapshot(IRunFiles files, string folder)
    {
        var main = Path.Combine(folder, "refs", "main");
        if (!IsOfModel(Path.GetFileName(files.Resolve(folder))) || files.Find(main) is not { Kind: RunEntryKind.File })
        {
            return folder;
        }

        var revision = Encoding.UTF8.GetString(files.ReadAll(main, LongestRevision)).Trim();
        return revision.Length > 0 && revision.All(char.IsAsciiLetterOrDigit) ? Path.Combine(folder, Snapshots, revision) : folder;
    }

    /// <summary>Where the files of a snapshot, or of a folder in it, lie; null for any other folder. A link in its place counts for
    /// nothing.</summary>
    /// <exception cref="StorageException">A folder cannot be looked at.</exception>
    public static string? Blobs(IRunFiles files, string folder) =>
        ModelOf(files.Resolve(folder)) is { } model && Path.Combine(model, "blobs") is var blobs
            && files.Find(blobs) is { Kind: RunEntryKind.Folder }
            ? blobs
            : null;

    /// <summary>What people call the model in a folder: in the cache its own name, not its revision; elsewhere the folder's.</summary>
    public static string NameOf(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var named = ModelOf(path) is { } model && IsOfModel(Path.GetFileName(model)) ? model : path;
        return Path.GetFileName(named) is { } name && IsOfModel(name) ? name.Split(Separator)[^1] : Path.GetFileName(path);
    }

    /// <summary>The model's folder around one inside <c>snapshots/REVISION</c>, or around that itself.</summary>
    private static string? ModelOf(string path)
    {
        for (var revision = path; Path.GetDirectoryName(revision) is { } above; revision = above)
        {
            if (Path.GetFileName(above) == Snapshots && Path.GetDirectoryName(above) is { } model)
            {
                return model;
            }
        }

        return null;
    }

    private static bool IsOfModel(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);
}
