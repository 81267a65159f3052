using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LibMoE.Serving.Tests;

/// <summary>Clients that do not do their part end as docs/serving.md says, and cost others nothing.</summary>
public sealed class ConnectionTests
{
    private const int Wanted = 10_000;

    /// <summary>A connection within this process has two ends; the rest of it needs files too.</summary>
    private const int SpareFiles = 1_500;

    [Fact]
    public async Task A_client_that_does_not_read_its_stream_is_cut_off_and_holds_nobody_up()
    {
        await using var served = await ServedSample.Start(new ServingOptions { ReadSeconds = 2 }, SampleModels.Mixture(context: 4000));
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
        await slow.ConnectAsync(IPAddress.Loopback, served.Address.Port);

        // Twenty probabilities beside each token: more than the buffers on the way hold.
        await Post(slow, served, new { prompt = "a", max_tokens = 3900, stream = true, logprobs = 20 });
        await served.UntilOpen(1);
        var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => served.Post(
            "/v1/completions", new { prompt = $"text {index}", max_tokens = 20, temperature = 0 })));
        await served.UntilOpen(0);

        Assert.All(texts, text => Assert.Equal(HttpStatusCode.OK, text.Status));
        Assert.All(texts.Index(), text => Assert.Equal(
            SampleModels.Alone(served.Model, $"text {text.Index}", new GenerationOptions { Temperature = 0, Tokens = 20 }),
            CompletionTests.Text(text.Item.Body)));
        Assert.DoesNotContain("[DONE]", await Rest(slow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_piece_that_is_not_taken_in_time_ends_the_connection_and_one_that_is_taken_does_not()
    {
        var (context, connection) = (new DefaultHttpContext(), new Connection());
        context.Features.Set<IHttpRequestLifetimeFeature>(connection);
        var patience = new Patience(TimeSpan.FromMilliseconds(50));

        await patience.For(context, Task.CompletedTask);
        Assert.False(connection.IsClosed);
        await Assert.ThrowsAsync<SlowReaderException>(() => patience.For(context, new TaskCompletionSource().Task));

        Assert.True(connection.IsClosed);
    }

    [SkippableFact]
    public async Task A_client_process_that_is_killed_ends_its_text()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "There is no curl here.");
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(context: 4000));
        using var curl = Process.Start(new ProcessStartInfo(
            "/usr/bin/curl",
            ["-sN", "-H", "Content-Type: application/json", "-d", """{"prompt":"a","max_tokens":3900,"stream":true}""",
                $"{served.Address}v1/completions"])
        { RedirectStandardOutput = true })!;
        Assert.NotEqual(0, await curl.StandardOutput.ReadAsync(new char[16].AsMemory()));
        Assert.Equal(1, await served.Open());

        curl.Kill();
        await curl.WaitForExitAsync();

        await served.UntilOpen(0);
    }

    [Fact]
    public async Task Of_ten_thousand_idle_connections_those_beyond_the_limit_are_closed_at_once_and_no_other()
    {
        const int limit = 200;
        await using var served = await ServedSample.Start(new ServingOptions { Connections = limit, IdleSeconds = 600 });
        var many = Math.Min(Wanted, (FilesAllowed() - SpareFiles) / 2);
        Assert.True(many > 2 * limit, $"the machine allows {many} connections");
        var idle = new List<Socket>();
        try
        {
            for (var index = 0; index < many; index++)
            {
                idle.Add(await Connected(served, ""));
            }

            // Each is closed by the server: it reads an end, or a reset, and no answer.
            var ends = idle.Select(socket => IsClosed(socket, TimeSpan.FromMinutes(2))).ToList();
            for (var wait = 0; wait < 600 && ends.Count(end => end.IsCompleted) < many - limit; wait++)
            {
                await Task.Delay(100);
            }

            await Task.Delay(500);
            Assert.Equal(many - limit, ends.Count(end => end.IsCompleted));
            idle.ForEach(socket => socket.Dispose());
            await Task.WhenAll(ends);
            Assert.Equal(HttpStatusCode.OK, await Served(served));
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_time()
    {
        await using var served = await ServedSample.Start(new ServingOptions { IdleSeconds = 1 });
        using var idle = await Connected(served, "");

        Assert.True(await IsClosed(idle, TimeSpan.FromMinutes(1)));

        Assert.Equal(HttpStatusCode.OK, (await served.Post("/v1/completions", new { prompt = "a" })).Status);
    }

    [Fact]
    public async Task A_connection_that_does_not_finish_its_headers_or_its_body_is_closed()
    {
        await using var served = await ServedSample.Start();
        using var headers = await Connected(served, "POST /v1/completions HTTP/1.1\r\nHost: 127");
        using var body = await Connected(
            served,
            $"POST /v1/completions HTTP/1.1\r\nHost: {served.Address.Authority}\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000\r\n\r\n{");

        var closed = await Task.WhenAll(IsClosed(headers, TimeSpan.FromMinutes(1)), IsClosed(body, TimeSpan.FromMinutes(1)));

        Assert.DoesNotContain(false, closed);
    }

    [Fact]
    public async Task Headers_that_are_too_long_are_refused()
    {
        await using var served = await ServedSample.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/models", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-Long", new string('a', 40_000));

        using var answer = await served.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    /// <summary>The status of a request, once there is a place for its connection again.</summary>
    private static async Task<HttpStatusCode> Served(ServedSample served)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await served.Post("/v1/completions", new { prompt = "a" })).Status;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task<Socket> Connected(ServedSample served, string begun)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, served.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(begun));
        return socket;
    }

    private static async Task Post(Socket socket, ServedSample served, object asked)
    {
        var body = JsonSerializer.Serialize(asked);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/completions HTTP/1.1\r\nHost: {served.Address.Authority}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}"));
    }

    /// <summary>What is still to be read of a connection that the server has closed.</summary>
    private static async Task<string> Rest(Socket socket)
    {
        var (text, piece) = (new StringBuilder(), new byte[1 << 16]);
        try
        {
            while (await socket.ReceiveAsync(piece) is > 0 and var read)
            {
                text.Append(Encoding.UTF8.GetString(piece, 0, read));
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }

        return text.ToString();
    }

    /// <summary>Whether the server closes a connection; one that answers an unfinished request first says so in its answer.</summary>
    private static async Task<bool> IsClosed(Socket socket, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        try
        {
            var piece = new byte[4096];
            while (await socket.ReceiveAsync(piece, late.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool IsClosed { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsClosed = true;
    }

    private static int FilesAllowed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return SpareFiles + 2 * 2_000;
        }

        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, out var files) ? files : int.MaxValue;
    }
}
