using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime;

namespace LibMoE.Serving.Tests;

/// <summary>What is wrong or too much is refused in OpenAI's shape, and costs nobody else anything.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, string, string?> WrongBodies => new()
    {
        { "", "The body is not a JSON object", null },
        { "{", "The body is not a JSON object", null },
        { "[]", "The body is not a JSON object", null },
        { "null", "The body is null.", null },
        { """{"prompt":5}""", "prompt must be a text, a list of one text, or a list of token ids.", "prompt" },
        { """{"prompt":["a","b"]}""", "prompt must be a text", "prompt" },
        { """{"prompt":[]}""", "prompt must be a text", "prompt" },
        { """{"prompt":[1.5]}""", "prompt must be a text", "prompt" },
        { """{"prompt":[-1]}""", "The prompt has an id that is not from 0 to 255", null },
        { """{"prompt":""}""", "prompt must have a beginning", "prompt" },
        { """{"prompt":"a","max_tokens":"many"}""", "max_tokens has a value of another type", "max_tokens" },
        { """{"prompt":"a","max_tokens":0}""", "max_tokens must be from 1 to 4096", "max_tokens" },
        { """{"prompt":"a","max_tokens":5000}""", "max_tokens must be from 1 to 4096", "max_tokens" },
        { """{"prompt":"a","temperature":-1}""", "temperature must be from 0 to 2.", "temperature" },
        { """{"prompt":"a","temperature":1e999}""", "temperature", "temperature" },
        { """{"prompt":"a","top_p":0}""", "top_p must be above 0 and at most 1.", "top_p" },
        { """{"prompt":"a","n":2}""", "n must be 1", "n" },
        { """{"prompt":"a","best_of":2}""", "best_of must be 1", "best_of" },
        { """{"prompt":"a","echo":true}""", "echo must be false", "echo" },
        { """{"prompt":"a","suffix":"b"}""", "suffix must be empty", "suffix" },
        { """{"prompt":"a","logprobs":21}""", "logprobs must be from 0 to 20.", "logprobs" },
        { """{"prompt":"a","stop":[""]}""", "stop must be a text", "stop" },
        { """{"prompt":"\ud800"}""", "prompt is not Unicode text.", "prompt" },
        { """{"prompt":"a","stop":"\udc00b"}""", "stop is not Unicode text.", "stop" },
        { """{"prompt":"a","stop":5}""", "stop must be a text", "stop" },
        { """{"prompt":"a","stop":["a","b","c","d","e"]}""", "stop must be a text", "stop" },
        { """{"prompt":"a","logit_bias":{"5":1}}""", "logit_bias must be empty", "logit_bias" },
        { """{"prompt":"a","presence_penalty":1}""", "presence_penalty must be 0", "presence_penalty" },
        { """{"prompt":"a","model":"gpt-9"}""", "There is no model 'gpt-9' here; there is 'sample'.", "model" },
    };

    [Fact]
    public async Task A_wrong_body_is_told_by_its_field_in_OpenAIs_shape()
    {
        await using var served = await ServedSample.Start();
        foreach (var row in WrongBodies)
        {
            var (body, message, field) = ((string)row[0]!, (string)row[1]!, (string?)row[2]);

            var (status, answer) = await served.Post("/v1/completions", body);

            Assert.Equal(field == "model" ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest, status);
            var error = answer["error"]!.AsObject();
            Assert.Equal(["message", "type", "param", "code"], error.Select(entry => entry.Key));
            Assert.Contains(message, error["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal("invalid_request_error", error["type"]!.GetValue<string>());
            Assert.Equal(field, error["param"]?.GetValue<string>());
        }

        Assert.Equal(0, await served.Open());
    }

    [Fact]
    public async Task A_prompt_that_is_longer_than_the_context_is_refused_with_OpenAIs_code()
    {
        await using var served = await ServedSample.Start();

        var (status, body) = await served.Post("/v1/completions", new { prompt = new string('a', 161) });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("context_length_exceeded", Code(body));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/models/..%2f..%2fetc%2fpasswd", HttpStatusCode.NotFound)]
    public async Task An_address_that_is_not_served_is_an_error_of_the_same_shape(string method, string path, HttpStatusCode status)
    {
        await using var served = await ServedSample.Start();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));

        using var answer = await served.Http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["message"]);
    }

    [Fact]
    public async Task A_body_that_does_not_say_that_it_is_JSON_is_refused()
    {
        await using var served = await ServedSample.Start();
        using var body = new StringContent("""{"prompt":"a"}""", Encoding.UTF8, "text/plain");

        using var answer = await served.Http.PostAsync(new Uri("/v1/completions", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_100_MB_is_refused_with_413_without_being_read_whole_and_the_server_goes_on(bool says)
    {
        await using var served = await ServedSample.Start();
        var chunk = new byte[1 << 16];
        Array.Fill(chunk, (byte)' ');
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, served.Address.Port);
        await using var stream = client.GetStream();
        var whole = 0L;
        var length = says ? "Content-Length: 104857600" : "Transfer-Encoding: chunked";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/completions HTTP/1.1\r\nHost: {served.Address.Authority}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        var sending = Task.Run(async () =>
        {
            try
            {
                for (var sent = 0; sent < 1600; sent++)
                {
                    if (!says)
                    {
                        await stream.WriteAsync("10000\r\n"u8.ToArray());
                    }

                    await stream.WriteAsync(chunk);
                    Interlocked.Add(ref whole, chunk.Length);
                    if (!says)
                    {
                        await stream.WriteAsync("\r\n"u8.ToArray());
                    }
                }
            }
            catch (IOException)
            {
                // The server has closed the connection.
            }
        });

        var head = new byte[64];
        var read = await stream.ReadAsync(head);

        Assert.StartsWith("HTTP/1.1 413", Encoding.ASCII.GetString(head, 0, read), StringComparison.Ordinal);
        await sending;
        client.Close();

        // What was taken is the limit of 1 MiB and what the buffers between hold.
        Assert.InRange(Interlocked.Read(ref whole), 0, 32 << 20);
        Assert.Equal(HttpStatusCode.OK, (await served.Post("/v1/completions", new { prompt = "a" })).Status);
    }

    [Fact]
    public async Task A_body_just_over_the_limit_is_refused_in_OpenAIs_shape()
    {
        await using var served = await ServedSample.Start(new ServingOptions { MaxBody = 1000 });

        var (status, body) = await served.Post("/v1/completions", new { prompt = new string('a', 1000) });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("request_too_large", Code(body));
    }

    [Fact]
    public async Task Whoever_finds_no_place_to_wait_is_told_to_come_again()
    {
        await using var served = await ServedSample.Start(
            new ServingOptions { Texts = 1, Waiting = 1 }, SampleModels.Mixture(context: 4000));
        using var stop = new CancellationTokenSource();
        var long1 = Long(served, stop.Token);
        var long2 = Long(served, stop.Token);
        await served.UntilOpen(2);

        using var answer = await served.Http.PostAsync(
            new Uri("/v1/completions", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new { prompt = "a" }));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("rate_limit_exceeded", Code(error));

        // Killed clients make room.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => long1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => long2);
        await served.UntilOpen(0);
        Assert.Equal(HttpStatusCode.OK, (await served.Post("/v1/completions", new { prompt = "a" })).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_a_stream_ends_its_text()
    {
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(context: 4000));
        using (var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/completions", UriKind.Relative))
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { prompt = "a", max_tokens = 3900, stream = true }),
        })
        {
            using var answer = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await body.ReadAsync(new byte[16]));
            Assert.Equal(1, await served.Open());
        }

        await served.UntilOpen(0);
    }

    [Fact]
    public async Task A_request_needs_the_key_where_there_is_one_and_health_does_not()
    {
        await using var served = await ServedSample.Start(new ServingOptions { ApiKey = "open sesame" });
        async Task<HttpStatusCode> With(string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/models", UriKind.Relative));
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var answer = await served.Http.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await With(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await With("open sesam"));
        Assert.Equal(HttpStatusCode.Unauthorized, await With("open sesame2"));
        Assert.Equal(HttpStatusCode.OK, await With("open sesame"));
        Assert.Equal(HttpStatusCode.OK, (await served.Get("/health")).Status);
        var (_, body) = await served.Post("/v1/completions", new { prompt = "a" });
        Assert.Equal("invalid_api_key", Code(body));
        Assert.DoesNotContain("sesame", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", "", "Serving:Address is 0.0.0.0, which other machines can reach, but Serving:ApiKey is empty")]
    [InlineData("::", "", "Serving:Address is ::, which other machines can reach, but Serving:ApiKey is empty")]
    [InlineData("example.org", "key", "Serving:Address is 'example.org'; it must be an IP address such as 127.0.0.1, or localhost.")]
    public async Task An_address_that_others_can_reach_needs_a_key(string address, string key, string message)
    {
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => ServedSample.Start(new ServingOptions { Address = address, ApiKey = key }));

        Assert.StartsWith(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_only_and_refuses_the_names_of_others()
    {
        await using var served = await ServedSample.Start();
        Assert.Equal(
            [IPAddress.Loopback],
            System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Where(listener => listener.Port == served.Address.Port)
                .Select(listener => listener.Address));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/models", UriKind.Relative));
        request.Headers.Host = "evil.example";

        using var answer = await served.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["message"]);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_wrong_setting()
    {
        await using var first = await ServedSample.Start();
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => ServedSample.Start(new ServingOptions { Port = first.Address.Port }));

        Assert.StartsWith($"Serving:Port is {first.Address.Port}, which another program uses", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_texts_would_depend_on_each_other_is_not_served()
    {
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => ServedSample.Start(model: SampleModels.Mixture(MoeVariant.Of<CompetingMoe>())));

        Assert.StartsWith("Texts of CompetingMoe cannot be continued together", wrong.Message, StringComparison.Ordinal);
    }

    private static async Task Long(ServedSample served, CancellationToken stop)
    {
        using var answer = await served.Http.PostAsync(
            new Uri("/v1/completions", UriKind.Relative),
            System.Net.Http.Json.JsonContent.Create(new { prompt = "a", max_tokens = 3900 }), stop);
    }

    private static string Code(JsonNode body) => body["error"]!["code"]!.GetValue<string>();
}
