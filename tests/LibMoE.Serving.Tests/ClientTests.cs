using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LibMoE.Runtime;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace LibMoE.Serving.Tests;

/// <summary>Clients that others wrote work with the server as it is.</summary>
public sealed class ClientTests
{
    private static readonly ServingOptions Chat = new() { ChatTemplate = "plain", ApiKey = "sk-test" };

    [Fact]
    public async Task The_official_OpenAI_client_chats_streams_and_lists_models()
    {
        await using var served = await ServedSample.Start(Chat);
        var openAi = Client(served);
        var client = openAi.GetChatClient("sample");
        var options = new ChatCompletionOptions
        {
            Temperature = 0,
            MaxOutputTokenCount = 12,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 2,
        };

        var models = await openAi.GetOpenAIModelClient().GetModelsAsync();
        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("once")], options);
        var (text, counted) = ("", 0);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("once")], options))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            counted = update.Usage?.OutputTokenCount ?? counted;
        }

        await served.UntilOpen(0);
        var alone = SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 0, Tokens = 12 });
        Assert.Equal(["sample"], models.Value.Select(model => model.Id));
        Assert.Equal(alone, answer.Content[0].Text);
        Assert.Equal(OpenAI.Chat.ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal((4, 12), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
        Assert.Equal(12, answer.ContentTokenLogProbabilities.Count);
        Assert.All(answer.ContentTokenLogProbabilities, token => Assert.Equal(2, token.TopLogProbabilities.Count));
        Assert.Equal(alone, text);
        Assert.Equal(12, counted);
    }

    [Fact]
    public async Task The_official_OpenAI_client_reads_errors_as_its_own()
    {
        await using var served = await ServedSample.Start(Chat);

        var missing = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(served).GetChatClient("gpt-9").CompleteChatAsync("once"));
        var refused = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(served, "sk-other").GetChatClient("sample").CompleteChatAsync("once"));

        Assert.Equal(404, missing.Status);
        Assert.Contains("model_not_found", missing.Message, StringComparison.Ordinal);
        Assert.Equal(401, refused.Status);
    }

    [Fact]
    public async Task Microsoft_Extensions_AI_over_that_client_gets_the_same_text()
    {
        await using var served = await ServedSample.Start(Chat);
        using var client = Client(served).GetChatClient("sample").AsIChatClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 12, Seed = 3, StopSequences = ["THE END"] };

        var answer = await client.GetResponseAsync("once", options);
        var streamed = await client.GetStreamingResponseAsync("once", options).ToChatResponseAsync();

        await served.UntilOpen(0);
        var alone = SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 0, Tokens = 12 });
        Assert.Equal(alone, answer.Text);
        Assert.Equal(alone, streamed.Text);
        Assert.Equal(12, streamed.Usage!.OutputTokenCount);
    }

    [SkippableFact]
    public async Task Curl_gets_a_text_and_a_stream()
    {
        await using var served = await ServedSample.Start();
        const string asked = """{"model":"sample","prompt":"once","max_tokens":6,"temperature":0""";

        var whole = await Curl(served, asked + "}");
        var stream = await Curl(served, asked + ""","stream":true}""");

        await served.UntilOpen(0);
        var alone = SampleModels.Alone(served.Model, "once", new GenerationOptions { Temperature = 0, Tokens = 6 });
        Assert.Equal(alone, CompletionTests.Text(JsonNode.Parse(whole)!));
        Assert.EndsWith("data: [DONE]\n\n", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_OpenAPI_document_names_every_address_and_its_fields()
    {
        await using var served = await ServedSample.Start(Chat);

        var (_, document) = await served.Get("/openapi/v1.json");

        Assert.Superset(
            new HashSet<string> { "/health", "/v1/models", "/v1/completions", "/v1/chat/completions" },
            document["paths"]!.AsObject().Select(path => path.Key).ToHashSet());
        var fields = document["components"]!["schemas"]!["CompletionRequest"]!["properties"]!.AsObject().Select(field => field.Key);
        Assert.Superset(new HashSet<string> { "prompt", "max_tokens", "top_p", "logprobs", "stream_options" }, fields.ToHashSet());
    }

    private static OpenAIClient Client(ServedSample served, string key = "sk-test") => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions { Endpoint = new Uri(served.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    private static async Task<string> Curl(ServedSample served, string body)
    {
        try
        {
            using var curl = Process.Start(new ProcessStartInfo(
                "curl",
                ["-sS", "-N", "--max-time", "120", "-H", "Content-Type: application/json", "-d", body, $"{served.Address}v1/completions"])
            {
                RedirectStandardOutput = true,
            })!;
            var output = await curl.StandardOutput.ReadToEndAsync();
            await curl.WaitForExitAsync();
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "There is no curl here.");
            throw;
        }
    }
}
