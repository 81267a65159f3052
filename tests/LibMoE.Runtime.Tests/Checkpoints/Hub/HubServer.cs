using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

/// <summary>
/// A hub on the loopback address with one model: <c>/api/models/OWNER/NAME/revision/REVISION</c>, and
/// <c>/OWNER/NAME/resolve/COMMIT/FILE</c>, which redirects large files to another host as the public one does.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string Model = "some-lab/tiny";
    public const string First = "1111111111111111111111111111111111111111";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public HubServer()
    {
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>A request, as far as tests look at it.</summary>
    public sealed record Request(string Method, string Path, long From, string? Host, string? Authorization)
    {
        public bool IsOfContent => Method == "GET" && !Path.StartsWith("/api/", StringComparison.Ordinal);
    }

    public ConcurrentQueue<Request> Requests { get; } = [];

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The commit that each revision is.</summary>
    public Dictionary<string, string> Revisions { get; } = new() { ["main"] = First };

    /// <summary>Whether the list of files states their hashes; otherwise only headers do.</summary>
    public bool ListsHashes { get; set; } = true;

    /// <summary>Whether headers state hashes.</summary>
    public bool TagsHashes { get; set; } = true;

    /// <summary>The token that is asked for; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>A status with header lines in the place of every answer; null answers.</summary>
    public string? Refusal { get; set; }

    /// <summary>Contents that are sent in the place of what the hashes are of.</summary>
    public Dictionary<string, byte[]> Sends { get; } = [];

    /// <summary>Bytes of a content that are sent before the connection ends, by its name; absent sends all.</summary>
    public ConcurrentDictionary<string, int> BreaksAfter { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Endpoint => $"http://127.0.0.1:{Port}";

    public HubServer With(string folder, string prefix = "")
    {
        foreach (var path in Directory.GetFiles(folder))
        {
            Files[prefix + Path.GetFileName(path)] = File.ReadAllBytes(path);
        }

        return this;
    }

#pragma warning disable CA5350 // What git names files by.
    public static string HashOf(string name, byte[] content) => IsLarge(name)
        ? Convert.ToHexStringLower(SHA256.HashData(content))
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private static bool IsLarge(string name) => name.EndsWith(".safetensors", StringComparison.Ordinal);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await using var stream = client.GetStream();
                await AnswerAsync(stream);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or IOException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var line = (await reader.ReadLineAsync(_end.Token) ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } header)
        {
            headers[header.Split(": ")[0]] = header.Split(": ", 2)[1];
        }

        if (line.Length < 2)
        {
            return;
        }

        var from = headers.TryGetValue("Range", out var range)
            ? long.Parse(range.Split('=')[1].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
        var request = new Request(
            line[0], line[1], from, headers.GetValueOrDefault("Host"), headers.GetValueOrDefault("Authorization"));
        Requests.Enqueue(request);
        var (status, lines, body) = Answer(request, Uri.UnescapeDataString(line[1].Split('?')[0]));
        var head = $"HTTP/1.1 {status}\r\n{string.Concat(lines.Select(text => text + "\r\n"))}Content-Length: {body.Length}\r\n"
            + "Connection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _end.Token);
        if (request.Method == "GET")
        {
            var sent = Files.Keys.FirstOrDefault(name => line[1].EndsWith("/" + name, StringComparison.Ordinal)) is { } name
                && status.StartsWith("20", StringComparison.Ordinal) && BreaksAfter.TryRemove(name, out var most)
                ? Math.Min(most, body.Length)
                : body.Length;
            await stream.WriteAsync(body.AsMemory(0, sent), _end.Token);
        }
    }

    private (string Status, string[] Headers, byte[] Body) Answer(Request request, string path)
    {
        var parts = path.Split('/', 6);
        if (Refusal is { } refusal)
        {
            return (refusal.Split('|')[0], refusal.Split('|')[1..], []);
        }

        if (path.StartsWith("/cdn/", StringComparison.Ordinal))
        {
            return Content(path["/cdn/".Length..], request.From, []);
        }

        if (Token is not null && request.Authorization != $"Bearer {Token}")
        {
            return ("401 Unauthorized", ["X-Error-Code: RepoNotFound"], []);
        }

        if (path.StartsWith($"/api/models/{Model}/revision/", StringComparison.Ordinal))
        {
            var revision = path[$"/api/models/{Model}/revision/".Length..];
            return CommitOf(revision) is { } commit
                ? ("200 OK", [], Listing(commit))
                : ("404 Not Found", ["X-Error-Code: RevisionNotFound"], []);
        }

        return path.StartsWith($"/{Model}/resolve/", StringComparison.Ordinal) && CommitOf(parts[4]) is { } at
            ? FileAt(parts[5], at, request.From)
            : ("404 Not Found", ["X-Error-Code: RepoNotFound"], []);
    }

    private string? CommitOf(string revision) =>
        Revisions.GetValueOrDefault(revision) ?? (Revisions.ContainsValue(revision) ? revision : null);

    private (string Status, string[] Headers, byte[] Body) FileAt(string name, string commit, long from)
    {
        if (!Files.TryGetValue(name, out var content))
        {
            return ("404 Not Found", ["X-Error-Code: EntryNotFound"], []);
        }

        var (hash, of) = (HashOf(name, content), $"X-Repo-Commit: {commit}");
        return IsLarge(name)
            ? ("302 Found", [of, .. TagsHashes ? [$"X-Linked-Etag: \"{hash}\"", $"X-Linked-Size: {content.Length}"] : Array.Empty<string>(),
                $"Location: http://localhost:{Port}/cdn/{name}"], [])
            : Content(name, from, [of, .. TagsHashes ? [$"ETag: \"{hash}\""] : Array.Empty<string>()]);
    }

    private (string Status, string[] Headers, byte[] Body) Content(string name, long from, string[] headers)
    {
        var content = Sends.GetValueOrDefault(name) ?? Files[name];
        var range = $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}";
        return from >= content.Length && from > 0 ? ("416 Range Not Satisfiable", headers, [])
            : from > 0 ? ("206 Partial Content", [.. headers, range], content[(int)from..])
            : ("200 OK", headers, content);
    }

    private byte[] Listing(string commit) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = Model,
        ["sha"] = commit,
        ["siblings"] = new JsonArray([.. Files.Select(file => Sibling(file.Key, file.Value))]),
    }.ToJsonString());

    private JsonObject Sibling(string name, byte[] content) => !ListsHashes ? new JsonObject { ["rfilename"] = name } : new JsonObject
    {
        ["rfilename"] = name,
        ["size"] = content.Length,
        ["blobId"] = IsLarge(name) ? new string('0', 40) : HashOf(name, content),
        ["lfs"] = IsLarge(name) ? new JsonObject { ["sha256"] = HashOf(name, content), ["size"] = content.Length } : null,
    };
}
