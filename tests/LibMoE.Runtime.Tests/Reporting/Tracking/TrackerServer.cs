using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LibMoE.Runtime.Testing;

namespace LibMoE.Runtime.Tests.Reporting.Tracking;

/// <summary>A server on a free port of this machine that notes what it is asked and answers as a test wants.</summary>
internal sealed class TrackerServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<Asked, Task<(int Status, string Body)>> _answer;
    private readonly Task _serving;

    private TrackerServer(HttpListener listener, Func<Asked, Task<(int, string)>> answer)
    {
        (_listener, _answer) = (listener, answer);
        _serving = Task.Run(ServeAsync);
    }

    public Uri Address => new(_listener.Prefixes.Single());

    public ConcurrentQueue<Asked> All { get; } = [];

    /// <summary>Answers each request; where that throws an <see cref="IOException"/>, the connection is cut.</summary>
    public static TrackerServer Start(Func<Asked, (int Status, string Body)> answer) => Start(asked => Task.FromResult(answer(asked)));

    /// <summary>Listens on a port that is free; another program may be faster with it.</summary>
    public static TrackerServer Start(Func<Asked, Task<(int Status, string Body)>> answer)
    {
        for (var attempt = 0; ; attempt++)
        {
            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{FreePort.Find()}/" } };
            try
            {
                listener.Start();
                return new TrackerServer(listener, answer);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                listener.Close();
            }
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var asked = new Asked(
                context.Request.HttpMethod, context.Request.Url!.PathAndQuery, context.Request.ContentType,
                Encoding.Latin1.GetString(body.ToArray()), context.Request.Headers["Authorization"]);
            All.Enqueue(asked);
            var (status, text) = await _answer(asked);
            context.Response.StatusCode = status;
            context.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: false);
        }
        catch (IOException)
        {
            context.Response.Abort();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException)
        {
            // The client did not wait, or the test is over.
        }
    }
}

/// <summary>What a server was asked.</summary>
internal sealed record Asked(string Method, string Path, string? Type, string Body, string? Authorization);
