using System.Net;
using System.Text.Json.Nodes;
using LibMoE.Runtime;

namespace LibMoE.Serving.Tests;

/// <summary>Texts over HTTP are those that the model gives alone.</summary>
public sealed class CompletionTests
{
    [Fact]
    public async Task Sixty_four_requests_at_once_each_get_the_text_that_they_get_alone()
    {
        await using var served = await ServedSample.Start();
        string[] prompts = [.. Enumerable.Range(0, 64).Select(index => new string((char)('a' + index % 26), 1 + index % 7) + index)];
        int Tokens(int index) => 20 + index % 30;

        var texts = await Task.WhenAll(prompts.Select(async (prompt, index) => Text((await served.Post(
            "/v1/completions", new { prompt, max_tokens = Tokens(index), temperature = 0 })).Body)));

        await served.UntilOpen(0);
        Assert.All(prompts.Zip(texts).Index(), text => Assert.Equal(
            SampleModels.Alone(served.Model, text.Item.First, new GenerationOptions { Temperature = 0, Tokens = Tokens(text.Index) }),
            text.Item.Second));
    }

    [Fact]
    public async Task A_seed_gives_the_same_text_again_and_another_seed_another()
    {
        await using var served = await ServedSample.Start();
        async Task<string> Asked(int seed) => Text((await served.Post(
            "/v1/completions", new { prompt = "once", max_tokens = 40, temperature = 1.3, top_p = 0.9, seed })).Body);

        var first = await Asked(5);

        Assert.Equal(first, await Asked(5));
        Assert.NotEqual(first, await Asked(6));
        Assert.Equal(
            SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 1.3, TopP = 0.9, Seed = 5, Tokens = 40 }),
            first);
    }

    [Fact]
    public async Task An_answer_has_the_shape_that_OpenAI_gives_it()
    {
        await using var served = await ServedSample.Start();

        var (status, body) = await served.Post(
            "/v1/completions", new { model = "sample", prompt = "once", max_tokens = 4, temperature = 0 });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("text_completion", body["object"]!.GetValue<string>());
        Assert.StartsWith("cmpl-", body["id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("sample", body["model"]!.GetValue<string>());
        Assert.Equal("length", body["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal("""{"prompt_tokens":4,"completion_tokens":4,"total_tokens":8}""", body["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task A_stream_is_the_same_text_in_pieces_and_ends_with_the_count()
    {
        await using var served = await ServedSample.Start();
        var asked = new { prompt = "once", max_tokens = 12, temperature = 0, stream = true, stream_options = new { include_usage = true } };

        var events = await Stream(served, "/v1/completions", asked);

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(chunk => JsonNode.Parse(chunk)!).ToList();
        var alone = SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 0, Tokens = 12 });
        Assert.Equal(alone, string.Concat(chunks.SkipLast(1).Select(Text)));
        Assert.Equal(12, chunks.Count - 1);
        Assert.Equal("length", chunks[^2]["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal("[]", chunks[^1]["choices"]!.ToJsonString());
        Assert.Equal(12, chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.All(chunks.SkipLast(1), chunk => Assert.Null(chunk["usage"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_text_ends_the_text_before_it_streamed_or_not(bool stream)
    {
        await using var served = await ServedSample.Start();
        var alone = SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 0, Tokens = 60 });
        var stop = alone[20..23];
        var asked = new { prompt = "once", max_tokens = 60, temperature = 0, stop = new[] { "THE END", stop }, stream };

        var (text, finish) = stream
            ? Joined(await Stream(served, "/v1/completions", asked))
            : Single((await served.Post("/v1/completions", asked)).Body);

        Assert.Equal(alone[..alone.IndexOf(stop, StringComparison.Ordinal)], text);
        Assert.Equal("stop", finish);
        await served.UntilOpen(0);
    }

    [Fact]
    public async Task Log_probabilities_name_each_token_and_the_best_ones_there()
    {
        await using var served = await ServedSample.Start();

        var (_, body) = await served.Post("/v1/completions", new { prompt = "once", max_tokens = 8, temperature = 0, logprobs = 2 });

        var logs = body["choices"]![0]!["logprobs"]!;
        Assert.Equal(Text(body), string.Concat(logs["tokens"]!.AsArray().Select(token => token!.GetValue<string>())));
        Assert.Equal(Enumerable.Range(0, 8), logs["text_offset"]!.AsArray().Select(offset => offset!.GetValue<int>()));
        Assert.All(logs["tokens"]!.AsArray().Index(), token =>
        {
            var best = logs["top_logprobs"]![token.Index]!.AsObject();
            Assert.Equal(2, best.Count);
            Assert.Equal(best.First().Key, token.Item!.GetValue<string>());
            Assert.Equal(best.First().Value!.GetValue<double>(), logs["token_logprobs"]![token.Index]!.GetValue<double>());
            Assert.True(best.First().Value!.GetValue<double>() < 0);
        });
    }

    [Fact]
    public async Task A_prompt_may_be_token_ids()
    {
        await using var served = await ServedSample.Start();

        var (_, ids) = await served.Post("/v1/completions", new { prompt = "once"u8.ToArray().Select(id => (int)id), temperature = 0 });
        var (_, words) = await served.Post("/v1/completions", new { prompt = new[] { "once" }, temperature = 0 });

        Assert.Equal(Text(words), Text(ids));
        Assert.Equal(16, ids["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_header_shows_the_experts_of_every_token_in_every_layer()
    {
        await using var served = await ServedSample.Start();
        served.Http.DefaultRequestHeaders.Add("X-LibMoE-Experts", "true");

        var (_, body) = await served.Post("/v1/completions", new { prompt = "once", max_tokens = 5, temperature = 0 });

        var experts = body["choices"]![0]!["experts"]!.AsArray();
        Assert.Equal(5, experts.Count);
        Assert.Equal(Text(body), string.Concat(experts.Select(token => token!["token"]!.GetValue<string>())));
        Assert.All(experts, token =>
        {
            var layers = token!["layers"]!.AsArray();
            Assert.Equal(2, layers.Count);
            Assert.All(layers, picks => Assert.Equal(
                2, picks!.AsArray().Select(pick => pick!.GetValue<long>()).Where(pick => pick is >= 0 and < 4).Distinct().Count()));
        });
    }

    internal static string Text(JsonNode body) => body["choices"]![0]!["text"]!.GetValue<string>();

    internal static async Task<List<string>> Stream(ServedSample served, string path, object asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = System.Net.Http.Json.JsonContent.Create(asked),
        };
        using var answer = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, one => Assert.StartsWith("data: ", one, StringComparison.Ordinal));
        return [.. events.Select(one => one["data: ".Length..])];
    }

    private static (string Text, string? Finish) Joined(List<string> events)
    {
        var chunks = events.SkipLast(1).Select(chunk => JsonNode.Parse(chunk)!).ToList();
        return (string.Concat(chunks.Select(Text)), chunks[^1]["choices"]![0]!["finish_reason"]?.GetValue<string>());
    }

    private static (string Text, string? Finish) Single(JsonNode body) =>
        (Text(body), body["choices"]![0]!["finish_reason"]?.GetValue<string>());
}
