using System.Net;
using LibMoE.Runtime;

namespace LibMoE.Dashboard.Tests;

/// <summary>A server over a run folder, on a free port.</summary>
internal sealed class WatchedStudy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private WatchedStudy(Task serving, Uri address, CancellationTokenSource stop)
    {
        (_serving, Address, _stop) = (serving, address, stop);
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<WatchedStudy> Start(
        string run, string? reference = null, DashboardOptions? options = null, string all = "")
    {
        var (stop, started) = (new CancellationTokenSource(), new TaskCompletionSource<Uri>());
        var serving = new DashboardServer().ServeAsync(
            new WatchedFolders(run, reference) { All = all }, options ?? new DashboardOptions { Port = 0 }, started.SetResult, stop.Token);
        await await Task.WhenAny(started.Task, serving);
        return new WatchedStudy(serving, await started.Task, stop);
    }

    /// <summary>Asks for a path as it is written, which <see cref="HttpClient"/> would tidy up, and with any Host header.</summary>
    public async Task<(HttpStatusCode Status, string Content)> Raw(
        string path, string? host = null, string method = "GET", string headers = "", string body = "")
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {host ?? Address.Authority}\r\n{headers}Content-Length: {body.Length}\r\n"
                + $"Connection: close\r\n\r\n{body}"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        return ((HttpStatusCode)int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }
}
