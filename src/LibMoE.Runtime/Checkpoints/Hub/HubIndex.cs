using System.Net;
using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>Asks a hub what a model consists of: <c>GET /api/models/OWNER/NAME/revision/REVISION</c> for the commit and the files' hashes,
/// <c>HEAD /OWNER/NAME/resolve/COMMIT/FILE</c> for a hash that the first does not have.</summary>
/// <param name="settings">Which server.</param>
/// <param name="client">Asks it.</param>
internal sealed class HubIndex(HubSettings settings, HttpClient client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What waits between tries are measured by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The commit that a revision is, and its files.</summary>
    /// <exception cref="ConfigurationException">There is no such model or revision, or the account may not read it.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, or its answer cannot be understood.</exception>
    public async Task<HubRevision> ReadAsync(HubAddress address, CancellationToken stop)
    {
        var revision = Uri.EscapeDataString(address.Revision ?? HubFolder.Main);
        var url = $"{Server}/api/models/{address.Id}/revision/{revision}?blobs=true";
        using var response = await AskAsync(HttpMethod.Get, url, address, stop).ConfigureAwait(false);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            var listing = await JsonSerializer.DeserializeAsync<HubListing>(body, JsonSerializerOptions.Web, stop).ConfigureAwait(false);
            return Of(listing, url);
        }
        catch (JsonException wrong)
        {
            throw new DownloadException(
                $"{url} did not answer with a list of a model's files ({MessageText.OneLine(wrong.Message)})", wrong);
        }
    }

    /// <summary>A file with its hash.</summary>
    /// <param name="address">The model, at a commit.</param>
    /// <param name="file">The file.</param>
    /// <param name="stop">Ends the request.</param>
    /// <exception cref="ConfigurationException">The account may not read it.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, or states no hash.</exception>
    public async Task<HubFile> WithHashAsync(HubAddress address, HubFile file, CancellationToken stop)
    {
        if (file.Hash is not null)
        {
            return file;
        }

        var url = UrlOf(address, file.Name);
        using var response = await AskAsync(HttpMethod.Head, url, address, stop).ConfigureAwait(false);
        var tag = Header(response, "X-Linked-Etag") ?? Header(response, "ETag");
        var hash = tag?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        var size = Header(response, "X-Linked-Size");
        return HubFile.IsHash(hash)
            ? file with { Hash = hash, Bytes = long.TryParse(size, out var bytes) ? bytes : file.Bytes }
            : throw new DownloadException(
                $"{url} states no hash ({(tag is null ? "no X-Linked-Etag or ETag" : $"the tag {MessageText.Quote(tag)}")}), and without "
                    + "one a file is not fetched");
    }

    /// <summary>Where a file of a commit is.</summary>
    public string UrlOf(HubAddress address, string name) =>
        $"{Server}/{address.Id}/resolve/{address.Revision}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    private string Server => settings.Endpoint.AbsoluteUri.TrimEnd('/');

    private static HubRevision Of(HubListing? listing, string url)
    {
        var files = listing?.Siblings?.Where(file => file.Rfilename is not null && HubAddress.IsInside(file.Rfilename)).Select(file =>
            new HubFile(
                file.Rfilename!,
                file.Lfs?.Size ?? file.Size,
                new[] { file.Lfs?.Sha256, file.Lfs?.Oid, file.Lfs is null ? file.BlobId : null }.FirstOrDefault(HubFile.IsHash))).ToList();
        return HubAddress.IsCommit(listing?.Sha) && files is not null
            ? new HubRevision(listing!.Sha!, files)
            : throw new DownloadException($"{url} did not answer with a commit and a list of files");
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string url, HubAddress address, CancellationToken stop)
    {
        try
        {
            return await DownloadRetries.Make(Time).ExecuteAsync(
                async each => await OnceAsync(method, url, each).ConfigureAwait(false), stop).ConfigureAwait(false);
        }
        catch (ServerRefusalException refused) when (refused.StatusCode
            is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            throw new ConfigurationException(
                HubRefusal.Of(settings, address, refused.StatusCode.Value, refused.Data[HubRefusal.Code] as string));
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or TimeoutException)
        {
            throw new DownloadException($"{url} cannot be asked ({broken.GetBaseException().Message.TrimEnd('.')})", broken);
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpMethod method, string url, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            var response = await client.SendAsync(request, silence.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || (method == HttpMethod.Head && response.Headers.Contains(HubRequests.Commit)))
            {
                return response;
            }

            using (response)
            {
                var refusal = DownloadRetries.Refusal(response.StatusCode, response.Headers.RetryAfter, Time.GetUtcNow());
                refusal.Data[HubRefusal.Code] = Header(response, HubRefusal.Code);
                throw refusal;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing arrived for {Patience.TotalSeconds:0} seconds");
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private sealed record HubListing(string? Sha, IReadOnlyList<Sibling>? Siblings);

    private sealed record Sibling(string? Rfilename, long? Size, string? BlobId, LargeFile? Lfs);

    private sealed record LargeFile(string? Sha256, string? Oid, long? Size);
}
