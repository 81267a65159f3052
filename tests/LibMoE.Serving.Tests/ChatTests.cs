using System.Net;
using System.Text.Json.Nodes;
using LibMoE.Runtime;
using LibMoE.Runtime.Data.Conversations;
using LibMoE.Serving.Engine;

namespace LibMoE.Serving.Tests;

/// <summary>Conversations become the prompts that models were trained behind.</summary>
public sealed class ChatTests
{
    [Theory]
    [InlineData("phi3", null, "<|system|>\nYou are a helpful AI assistant.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\n")]
    [InlineData("phi3", "Be brief.", "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\n")]
    [InlineData("vicuna", "Be brief.", "Be brief. USER: Hi ASSISTANT:")]
    [InlineData("llama", "Be brief.", "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST]")]
    [InlineData("plain", null, "Hi")]
    [InlineData("plain", "Be brief.", "Be brief.\nHi")]
    public void A_question_is_put_as_the_template_says(string template, string? system, string prompt)
    {
        var prompts = new ChatPrompts(template, new ByteTokenizer(), "sample");
        var ids = prompts.Prompt(ChatMessage.Of(system, [new ConversationTurn(ConversationRole.User, "Hi")]));

        Assert.Equal(prompt, new ByteTokenizer().Decode(ids));
    }

    [Fact]
    public async Task An_answer_is_that_of_the_prompt_which_the_template_makes()
    {
        await using var served = await ServedSample.Start(
            new ServingOptions { ChatTemplate = "vicuna" }, SampleModels.Mixture(context: 600));
        var messages = new object[]
        {
            new { role = "system", content = "be brief." }, new { role = "user", content = "one" },
            new { role = "assistant", content = "two" }, new { role = "user", content = new[] { new { type = "text", text = "three" } } },
        };

        var (status, body) = await served.Post("/v1/chat/completions", new { messages, temperature = 0, max_completion_tokens = 9 });

        await served.UntilOpen(0);
        Assert.Equal(HttpStatusCode.OK, status);
        var alone = SampleModels.Alone(
            served.Model, "be brief. USER: one ASSISTANT: two</s>USER: three ASSISTANT:",
            new GenerationOptions { Temperature = 0, Tokens = 9 });
        var message = body["choices"]![0]!["message"]!;
        Assert.Equal("assistant", message["role"]!.GetValue<string>());
        // The blank before an answer is the template's.
        Assert.Equal(alone.StartsWith(' ') ? alone[1..] : alone, message["content"]!.GetValue<string>());
        Assert.Equal("chat.completion", body["object"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_template_conversations_are_refused_with_the_reason()
    {
        await using var served = await ServedSample.Start();

        var (status, body) = await served.Post(
            "/v1/chat/completions", new { messages = new[] { new { role = "user", content = "Hi" } } });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("no_chat_template", body["error"]!["code"]!.GetValue<string>());
        Assert.Equal(
            "Conversations are refused: sample has no chat template. Name the form that it was trained on with Serving:ChatTemplate: "
            + "plain, phi3, vicuna, llama; or send the whole prompt to /v1/completions.",
            body["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("[]", "messages must hold at least one message.")]
    [InlineData("[null]", "messages[0] must be a message.")]
    [InlineData("""[{"role":"tool","content":"a"}]""", "messages[0].role must be system, developer, user or assistant.")]
    [InlineData("""[{"role":"user"}]""", "messages[0].content must be a text, or a list of parts of type text.")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url"}]}]""", "messages[0].content must be a text")]
    [InlineData("""[{"role":"assistant","content":"a"}]""", "The messages must be a question of the user")]
    [InlineData("""[{"role":"user","content":"a"},{"role":"user","content":"b"}]""", "The messages must be a question of the user")]
    [InlineData("""[{"role":"user","content":"a"},{"role":"system","content":"b"}]""", "messages[1].role must not be system")]
    [InlineData("""[{"role":"user","content":"what is <image>?"}]""", "A message holds <image>; this model reads words only.")]
    public async Task Messages_that_make_no_prompt_are_refused(string messages, string reason)
    {
        await using var served = await ServedSample.Start(new ServingOptions { ChatTemplate = "plain" });

        var (status, body) = await served.Post("/v1/chat/completions", $$"""{"messages":{{messages}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(reason, body["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_streamed_answer_begins_with_its_role()
    {
        await using var served = await ServedSample.Start(new ServingOptions { ChatTemplate = "plain" });
        var asked = new { messages = new[] { new { role = "user", content = "once" } }, max_tokens = 5, temperature = 0, stream = true };

        var chunks = (await CompletionTests.Stream(served, "/v1/chat/completions", asked)).SkipLast(1)
            .Select(chunk => JsonNode.Parse(chunk)!["choices"]![0]!).ToList();

        Assert.Equal("assistant", chunks[0]["delta"]!["role"]!.GetValue<string>());
        Assert.Equal(5, string.Concat(chunks.Select(chunk => chunk["delta"]!["content"]!.GetValue<string>())).Length);
        Assert.Equal("length", chunks[^1]["finish_reason"]!.GetValue<string>());
    }
}
