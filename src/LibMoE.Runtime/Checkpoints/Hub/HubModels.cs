using System.Net;
using LibMoE.Runtime.Checkpoints.Hub;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// Fetches published models into the cache that the field's tools share: only what loading needs, from where an earlier try ended, each
/// file held to the hash that the model's index states (SHA-256 of large files, git's of small ones). What is in the cache is not
/// fetched again.
/// </summary>
public sealed class HubModels
{
    private const string PartSuffix = ".incomplete";    // as huggingface_hub's, so that each goes on with the other's
    private readonly HubSettings _settings;
    private readonly HubIndex _index;
    private readonly Downloader _downloader;

    /// <summary>Fetches from a server.</summary>
    /// <param name="settings">Which server, cache and account; null takes those of the environment.</param>
    /// <exception cref="ConfigurationException"><c>HF_ENDPOINT</c> is not an address of a server.</exception>
    public HubModels(HubSettings? settings = null)
        : this(settings ?? HubSettings.FromEnvironment(), TimeProvider.System)
    {
    }

    /// <summary>As the other, with what waits are measured by.</summary>
    internal HubModels(HubSettings settings, TimeProvider time)
    {
        var client = HubRequests.Client(settings);
        _settings = settings;
        _index = new HubIndex(settings, client) { Time = time };
        _downloader = new Downloader(client) { Time = time, PartSuffix = PartSuffix };
    }

    /// <summary>Sees to it that a model is on disk.</summary>
    /// <param name="address">Which; where its revision is no commit, the server is asked which commit that is.</param>
    /// <param name="progress">Reports as bytes arrive.</param>
    /// <param name="stop">Ends the download; what is there is continued from next time.</param>
    /// <returns>Where it is, and of which commit.</returns>
    /// <exception cref="ConfigurationException">There is no such model, it is of no form that is read, the account may not read it, or
    /// it is not in the cache and nothing may be asked.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, and the cache does not have the model.</exception>
    /// <exception cref="StorageException">What was sent has another hash (it is not kept), another process fetches the same, or a file
    /// cannot be written.</exception>
    public async Task<HubModel> FindAsync(
        HubAddress address, IProgress<DownloadProgress>? progress = null, CancellationToken stop = default)
    {
        var folder = new HubFolder(_settings.Cache, address);
        if (_settings.Offline)
        {
            return Cached(folder, address, out var lacking) ?? throw new ConfigurationException(
                $"Nothing is downloaded offline (HF_HUB_OFFLINE), and {_settings.Cache} has not all of {address}: {lacking}.");
        }

        HubRevision revision;
        try
        {
            revision = await _index.ReadAsync(address, stop).ConfigureAwait(false);
        }
        catch (DownloadException unreachable) when (Cached(folder, address, out _) is { } cached)
        {
            return cached with { Note = $"{unreachable.Message}; {cached.Note ?? $"{address} is taken from the cache."}" };
        }

        var pinned = address.At(revision.Commit);
        var place = PlaceOf(folder, pinned);
        await AddAsync(folder, pinned, HubSelection.First(address, revision), progress, stop).ConfigureAwait(false);
        if (Directory.Exists(place))
        {
            await AddAsync(folder, pinned, HubSelection.Shards(address, revision, place), progress, stop).ConfigureAwait(false);
        }

        folder.Remember(address.Revision, revision.Commit);
        return new HubModel(pinned, place) { Note = Unpinned(address, pinned, "now") };
    }

    private async Task AddAsync(
        HubFolder folder, HubAddress address, IReadOnlyList<HubFile> files, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        var commit = address.Revision!;
        List<HubFile> missing = [.. files.Where(file => !File.Exists(folder.Place(commit, file.Name)))];
        RefuseTooLarge(
            missing.Where(file => file.Hash is null || !File.Exists(folder.Blob(file.Hash))).Sum(file => file.Bytes ?? 0), address);
        foreach (var file in missing)
        {
            try
            {
                var known = await _index.WithHashAsync(address, file, stop).ConfigureAwait(false);
                await folder.AddAsync(known, _index.UrlOf(address, file.Name), commit, _downloader, progress, stop).ConfigureAwait(false);
            }
            catch (EvaluationDataException wrong)
            {
                throw new StorageException(folder.Place(commit, file.Name), StorageCause.Damaged, wrong.Message, wrong);
            }
            catch (DownloadException failed) when (failed.InnerException is ServerRefusalException
            {
                StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
            } refused)
            {
                throw new ConfigurationException(HubRefusal.Of(_settings, address, refused.StatusCode!.Value, code: null));
            }
        }
    }

    private void RefuseTooLarge(long bytes, HubAddress address)
    {
        if (bytes > 0 && new DriveInfo(Existing(_settings.Cache)) is { IsReady: true, AvailableFreeSpace: var free } && bytes > free)
        {
            throw new StorageException(_settings.Cache, StorageCause.DiskFull, FormattableString.Invariant(
                $"{address} takes {bytes / 1e9:0.0} GB, and {_settings.Cache} has room for {free / 1e9:0.0} GB; make room, or name ")
                    + "another folder in HF_HOME");
        }
    }

    private static string Existing(string folder) => Directory.Exists(folder) ? folder : Existing(Path.GetDirectoryName(folder)!);

    /// <summary>The model as the cache has it; null where it is not whole there.</summary>
    private static HubModel? Cached(HubFolder folder, HubAddress address, out string lacking)
    {
        if (folder.CommitOf(address.Revision) is not { } commit)
        {
            lacking = $"no revision '{address.Revision ?? HubFolder.Main}'";
            return null;
        }

        var pinned = address.At(commit);
        var place = PlaceOf(folder, pinned);
        var missing = HubSelection.Missing(place);
        lacking = string.Join(", ", missing) + (missing.Count == 1 ? " is missing" : " are missing");
        return missing.Count == 0 ? new HubModel(pinned, place) { Note = Unpinned(address, pinned, "in the cache") } : null;
    }

    private static string PlaceOf(HubFolder folder, HubAddress pinned) =>
        pinned.Path is { } path ? folder.Place(pinned.Revision!, path) : folder.Snapshot(pinned.Revision!);

    private static string? Unpinned(HubAddress address, HubAddress pinned, string when) => address.IsPinned
        ? null
        : $"{address} is {pinned} {when}; name that to get the same weights later.";
}

/// <summary>A published model on disk.</summary>
/// <param name="Address">Its address, at the commit.</param>
/// <param name="Path">Its folder in the cache, or the file that was named.</param>
public sealed record HubModel(HubAddress Address, string Path)
{
    /// <summary>What its user should know, as one sentence: that the address was not pinned, or that the server could not be asked; null
    /// where there is nothing.</summary>
    public string? Note { get; init; }
}
