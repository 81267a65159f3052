using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LibMoE.Runtime.Tests.Evaluation.Downloads;

/// <summary>A web server of a test's own on the loopback address: it knows ranges, and breaks off where it is told to.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, byte[]> _files = [];

    public FileServer()
    {
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>The requests so far: path and first byte.</summary>
    public ConcurrentQueue<(string Path, long From)> Requests { get; } = [];

    /// <summary>How many bytes of a content are sent before the connection ends, by the number of the request from 0;
    /// null sends all.</summary>
    public Func<int, int?> BreaksAfter { get; set; } = _ => null;

    /// <summary>Whether ranges are understood; a server without sends everything.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>A status, and header lines if any, in the place of the content, by the number of the request from 0; null sends the
    /// content.</summary>
    public Func<int, string?> Refuses { get; set; } = _ => null;

    /// <summary>Whether connections are taken and nothing is ever sent.</summary>
    public bool Silent { get; set; }

    public string Url(string name) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{name}";

    public FileServer With(string name, byte[] content)
    {
        _files[name] = content;
        return this;
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client.GetStream());
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
        var name = (await reader.ReadLineAsync(_end.Token) ?? "").Split(' ').ElementAtOrDefault(1)?.TrimStart('/') ?? "";
        var from = 0L;
        while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } header)
        {
            from = header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase) && Ranges
                ? long.Parse(header.Split('=')[1].TrimEnd('-'), CultureInfo.InvariantCulture)
                : from;
        }

        var number = Requests.Count;
        Requests.Enqueue((name, from));
        if (Silent)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        if (Refuses(number) is { } refusal)
        {
            var answer = $"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
            return;
        }

        var found = _files.TryGetValue(name, out var content);
        var (status, body) = !found ? ("404 Not Found", [])
            : from >= content!.Length && from > 0 ? ("416 Range Not Satisfiable", [])
            : (from > 0 ? "206 Partial Content" : "200 OK", content[(int)from..]);
        var range = from > 0 && found ? $"Content-Range: bytes {from}-{content!.Length - 1}/{content.Length}\r\n" : "";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{range}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"), _end.Token);
        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, BreaksAfter(number) ?? body.Length)), _end.Token);
    }
}
