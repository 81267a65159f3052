using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>
/// One model's folder of the cache, as huggingface_hub lays it out and its tools find it: <c>blobs/HASH</c> (contents),
/// <c>snapshots/COMMIT/FILE</c> (links to them) and <c>refs/REVISION</c> (the commit that a branch was at). Locks lie in
/// <c>.locks</c> beside all models, where those tools take them too.
/// </summary>
internal sealed class HubFolder
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string Main = "main";

    private const int LongestRef = 256;
    private readonly string _path;
    private readonly string _locks;

    /// <summary>The folder of a model; nothing is made.</summary>
    public HubFolder(string cache, HubAddress address)
    {
        var name = $"models--{address.Owner}--{address.Name}";
        (_path, _locks) = (Path.Combine(cache, name), Path.Combine(cache, ".locks", name));
    }

    private static DiskFiles Files => DiskFiles.Instance;

    /// <summary>The folder of one commit.</summary>
    public string Snapshot(string commit) => Path.Combine(_path, "snapshots", commit);

    /// <summary>Where a content lies, or will.</summary>
    public string Blob(string hash) => Path.Combine(_path, "blobs", hash);

    /// <summary>The commit that the cache knows a revision by; null where it does not.</summary>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    public string? CommitOf(string? revision)
    {
        if (HubAddress.IsCommit(revision))
        {
            return Files.Find(Snapshot(revision!)) is null ? null : revision;
        }

        var file = Ref(revision);
        var commit = Files.Find(file) is { Kind: RunEntryKind.File }
            ? Encoding.UTF8.GetString(Files.ReadAll(file, LongestRef)).Trim()
            : null;
        return HubAddress.IsCommit(commit) && Files.Find(Snapshot(commit!)) is not null ? commit : null;
    }

    /// <summary>Keeps which commit a branch or tag is now.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public void Remember(string? revision, string commit)
    {
        if (!HubAddress.IsCommit(revision) && CommitOf(revision) != commit)
        {
            Files.CreateFolders(Path.GetDirectoryName(Ref(revision))!);
            Files.WriteAtomically(Ref(revision), Encoding.ASCII.GetBytes(commit));
        }
    }

    /// <summary>Fetches a content unless it is there, and puts it into a commit's folder under its name.</summary>
    /// <param name="file">The file, with its hash.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="downloader">Fetches.</param>
    /// <param name="progress">Reports as bytes arrive.</param>
    /// <param name="stop">Ends the download.</param>
    /// <exception cref="DownloadException">The server cannot be reached, or does not have the file.</exception>
    /// <exception cref="EvaluationDataException">What the server sent has another hash.</exception>
    /// <exception cref="StorageException">Another process fetches the same, or it cannot be written.</exception>
    public async Task AddAsync(
        HubFile file, string url, string commit, Downloader downloader, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        var (blob, place) = (Blob(file.Hash!), Place(commit, file.Name));
        Files.CreateFolders(_locks);
        using (Files.TryLock(Path.Combine(_locks, file.Hash + ".lock"))
            ?? throw new StorageException(blob, StorageCause.InUse, $"{blob} is being downloaded by another process; wait until it ends"))
        {
            await downloader.FetchAsync(file.At(url), blob, progress, stop).ConfigureAwait(false);
        }

        Link(blob, place);
    }

    /// <summary>Where a file of a commit lies.</summary>
    public string Place(string commit, string name) => Path.Combine([Snapshot(commit), .. name.Split('/')]);

    private string Ref(string? revision) => Path.Combine([_path, "refs", .. (revision ?? Main).Split('/')]);

    /// <summary>Where links cannot be made (Windows without developer mode), the content itself goes there, as huggingface_hub does
    /// it.</summary>
    private static void Link(string blob, string place)
    {
        if (File.Exists(place))
        {
            return;
        }

        var folder = Path.GetDirectoryName(place)!;
        Files.CreateFolders(folder);
        Files.DeleteFile(place);
        try
        {
            File.CreateSymbolicLink(place, Path.GetRelativePath(folder, blob));
        }
        catch (IOException) when (File.Exists(place))
        {
            // Another process was quicker.
        }
        catch (Exception refused) when (OperatingSystem.IsWindows() && SystemErrors.IsOfStorage(refused))
        {
            File.Move(blob, place);
        }
        catch (Exception failed) when (SystemErrors.IsOfStorage(failed))
        {
            throw SystemErrors.Translate(place, "made a link", failed);
        }
    }
}
