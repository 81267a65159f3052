using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// Fetches a pinned file: into a file beside its place, from where an earlier try ended, held to its hash, and only then renamed. A
/// reader sees the whole, right file or none. Broken connections and busy servers (429, 503 and the like) are tried again, after the time
/// that the server asks for or growing ones. The proxy is the system's (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).
/// </summary>
/// <param name="client">Asks the server; null takes one that gives up where nothing arrives.</param>
/// <param name="patience">How long a silent server is waited for; null is a minute.</param>
public sealed class Downloader(HttpClient? client = null, TimeSpan? patience = null)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HttpClient _client = client ?? Client;
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(1);

    /// <summary>What waits between tries are measured by.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What an unfinished file's name ends in.</summary>
    internal string PartSuffix { get; init; } = ".part";

    /// <summary>Where a file lies: in a data folder, or else fetched into the first.</summary>
    /// <param name="file">The file, with address and hash.</param>
    /// <param name="cache">The data folders.</param>
    /// <param name="offline">Whether nothing may be fetched.</param>
    /// <param name="stop">Ends the download.</param>
    /// <exception cref="DownloadException">It is not there, and cannot be fetched or may not.</exception>
    /// <exception cref="EvaluationDataException">What the server sent has another hash; it is not kept.</exception>
    /// <exception cref="StorageException">Another process fetches the same, or it cannot be written.</exception>
    public async Task<string> FindAsync(SourceFile file, DataCache cache, bool offline, CancellationToken stop = default)
    {
        if (cache.Find(file.Path) is { } found)
        {
            return found;
        }

        var path = offline
            ? throw new DownloadException(
                $"{file.Path} is missing in {string.Join(", ", cache.Folders)}, and nothing is downloaded offline, not from "
                    + $"{file.Url} either")
            : cache.WritablePath(file.Path);
        await FetchAsync(file, path, null, stop).ConfigureAwait(false);
        return path;
    }

    /// <summary>Fetches a file; nothing happens where it is there by now.</summary>
    /// <param name="file">The file, with address and hash.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="progress">Reports as bytes arrive.</param>
    /// <param name="stop">Ends the download; what is there is continued from next time.</param>
    /// <exception cref="DownloadException">The server cannot be reached, or does not have the file.</exception>
    /// <exception cref="EvaluationDataException">What the server sent has another hash; it is not kept.</exception>
    /// <exception cref="StorageException">Another process fetches the same, or it cannot be written.</exception>
    public async Task FetchAsync(
        SourceFile file, string path, IProgress<DownloadProgress>? progress = null, CancellationToken stop = default)
    {
        var files = DiskFiles.Instance;
        var part = path + PartSuffix;
        files.CreateFolders(Path.GetDirectoryName(path)!);
        using (files.TryLock(part + ".lock")
            ?? throw new StorageException(path, StorageCause.InUse, $"{path} is being downloaded by another process; wait until it ends"))
        {
            if (!File.Exists(path))
            {
                await FetchPartAsync(file, part, progress, stop).ConfigureAwait(false);
                using (var whole = files.OpenWrite(part))
                {
                    whole.Sync();
                }

                files.Rename(part, path);
                files.SyncFolder(Path.GetDirectoryName(path)!);
            }
        }

        File.Delete(part + ".lock");
    }

    /// <summary>A part that was begun in an earlier call or try may be of another version of the file: where the hash is wrong, all of it
    /// is fetched once more.</summary>
    private async Task FetchPartAsync(SourceFile file, string part, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        var retries = DownloadRetries.Make(Time);
        for (var fresh = false; ; fresh = true)
        {
            var resumed = false;
            try
            {
                await retries.ExecuteAsync(
                    async each =>
                    {
                        resumed |= new FileInfo(part) is { Exists: true, Length: > 0 };
                        await ReceiveAsync(file, part, progress, each).ConfigureAwait(false);
                    },
                    stop).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException or TimeoutException)
            {
                throw new DownloadException($"{file.Url} cannot be fetched ({Cause(broken)})", broken);
            }

            var (kind, expected) = file.GitBlob is { } blob ? ("git hash", blob) : ("SHA-256", file.Sha256);
            var hash = await HashAsync(part, file.GitBlob is not null, stop).ConfigureAwait(false);
            if (hash == expected)
            {
                return;
            }

            File.Delete(part);
            if (fresh || !resumed)
            {
                throw new EvaluationDataException(
                    file.Path, 0, $"what {file.Url} sent has the {kind} {hash} where {expected} is expected; "
                    + "it was not kept: the file has changed, or something between here and there answers in its place");
            }
        }
    }

    private async Task ReceiveAsync(SourceFile file, string part, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await ReceiveAsync(file, part, progress, silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing arrived for {_patience.TotalSeconds:0} seconds");
        }
    }

    private async Task ReceiveAsync(SourceFile file, string part, IProgress<DownloadProgress>? progress, CancellationTokenSource silence)
    {
        var files = DiskFiles.Instance;
        using var target = files.Find(part) is null ? files.Create(part) : files.OpenWrite(part);
        var done = target.Length;
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Url);
        request.Headers.Range = done > 0 ? new RangeHeaderValue(done, null) : null;
        silence.CancelAfter(_patience);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token)
            .ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && done > 0)
        {
            // Nothing is left to send: the hash tells whether the part is the file.
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw DownloadRetries.Refusal(response.StatusCode, response.Headers.RetryAfter, Time.GetUtcNow());
        }

        var goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == done;
        if (!goesOn && done > 0)
        {
            target.SetLength(0);
            done = 0;
        }

        var total = done + response.Content.Headers.ContentLength;
        await using var content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, silence.Token).ConfigureAwait(false)) > 0)
        {
            silence.CancelAfter(_patience);
            target.Write(done, buffer.AsSpan(0, read));
            done += read;
            progress?.Report(new DownloadProgress(file.Path, done, total));
        }
    }

    private static string Cause(Exception broken) => broken switch
    {
        ServerRefusalException { RetryAfter: { } wait } refusal =>
            FormattableString.Invariant($"{refusal.Message}, and wants no request for {wait.TotalSeconds:0} seconds"),
        _ => broken.GetBaseException().Message.TrimEnd('.'),
    };

    private static async Task<string> HashAsync(string path, bool ofGit, CancellationToken stop)
    {
        await using var stream = File.OpenRead(path);
        return ofGit
            ? await GitBlobHash.OfAsync(stream, stop).ConfigureAwait(false)
            : Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop).ConfigureAwait(false));
    }
}
