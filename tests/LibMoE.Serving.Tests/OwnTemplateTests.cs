using System.Net;
using LibMoE.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Serving.Tests;

/// <summary>A model whose tokenizer came with a chat template is talked to by that, without any setting.</summary>
public sealed class OwnTemplateTests
{
    private const string Template = "{% if messages[0].role == 'user' and messages | length > 3 %}"
        + "{{ raise_exception('No more than one answer.') }}{% endif %}"
        + "{% for m in messages %}[{{ m.role }}] {{ m.content | trim }}\n{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}";

    private static readonly GenerationOptions Nine = new() { Temperature = 0, Tokens = 9 };

    [Fact]
    public async Task An_answer_is_that_of_the_prompt_which_the_template_makes()
    {
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(chatTemplate: Template));
        var messages = new[]
        {
            new { role = "developer", content = " be brief. " }, new { role = "user", content = "one" },
            new { role = "assistant", content = "two" }, new { role = "system", content = "be kind." },
            new { role = "user", content = "three" },
        };

        var (status, body) = await served.Post("/v1/chat/completions", new { messages, temperature = 0, max_tokens = 9 });

        await served.UntilOpen(0);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            SampleModels.Alone(
                served.Model, "[system] be brief.\n[user] one\n[assistant] two\n[system] be kind.\n[user] three\n[assistant] ", Nine),
            body["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_template_that_refuses_messages_says_why_in_its_own_words()
    {
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(chatTemplate: Template));
        var messages = new[] { "user", "assistant", "user", "assistant" }.Select(role => new { role, content = "a" });

        var (status, body) = await served.Post("/v1/chat/completions", new { messages });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("The chat template refuses the messages: No more than one answer.", body["error"]!["message"]!.GetValue<string>());
        Assert.Equal(
            ("invalid_request_error", "messages", "invalid_value"),
            (Said("type"), Said("param"), Said("code")));

        string Said(string field) => body["error"]![field]!.GetValue<string>();
    }

    [Fact]
    public async Task A_template_that_cannot_be_read_refuses_conversations_with_the_reason_and_nothing_else()
    {
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(chatTemplate: "a\n{% extends 'b' %}"));

        var (status, body) = await served.Post("/v1/chat/completions", new { messages = new[] { new { role = "user", content = "Hi" } } });

        Assert.Equal((HttpStatusCode.BadRequest, "no_chat_template"), (status, body["error"]!["code"]!.GetValue<string>()));
        Assert.StartsWith(
            "Conversations are refused: sample cannot be talked to, its chat template cannot be read: line 2: the block 'extends' is not "
                + "run here",
            body["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await served.Post("/v1/completions", new { prompt = "a", max_tokens = 2 })).Status);
    }

    [Fact]
    public async Task A_form_that_is_named_goes_before_the_template()
    {
        await using var served = await ServedSample.Start(
            new ServingOptions { ChatTemplate = "plain" }, SampleModels.Mixture(chatTemplate: Template));

        var (_, body) = await served.Post(
            "/v1/chat/completions", new { messages = new[] { new { role = "user", content = "one" } }, temperature = 0, max_tokens = 9 });

        await served.UntilOpen(0);
        Assert.Equal(
            SampleModels.Alone(served.Model, "one", Nine), body["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_the_template_puts_behind_answers_ends_them()
    {
        string alone;
        using (var model = SampleModels.Mixture())
        {
            alone = SampleModels.Alone(model, "U:one A:", Nine);
        }

        var behind = alone.Trim()[^1];
        var template = "{% for m in messages %}{{ 'U:' ~ m.content ~ ' ' if m.role == 'user' else 'A:' ~ m.content ~ '" + behind
            + "' }}{% endfor %}{{ 'A:' if add_generation_prompt }}";
        await using var served = await ServedSample.Start(model: SampleModels.Mixture(chatTemplate: template));

        var (_, body) = await served.Post(
            "/v1/chat/completions", new { messages = new[] { new { role = "user", content = "one" } }, temperature = 0, max_tokens = 9 });

        var choice = body["choices"]![0]!;
        Assert.Equal(alone.Split(behind)[0], choice["message"]!["content"]!.GetValue<string>());
        Assert.Equal("stop", choice["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_chat_client_takes_the_template_too()
    {
        var path = Path.Combine(Path.GetTempPath(), $"libmoe-served-{Guid.NewGuid():N}");
        string alone;
        using (var made = SampleModels.Mixture(chatTemplate: Template))
        {
            alone = SampleModels.Alone(made, "[system] be brief.\n[user] one\n[assistant] ", Nine);
            ModelSaver.Save(made.Model, made.Tokenizer, path);
        }

        var services = new ServiceCollection();
        services.AddMoeVariants();
        services.AddMoeChatClient(path);
        using (var provider = services.BuildServiceProvider())
        {
            var answer = await provider.GetRequiredService<IChatClient>().GetResponseAsync(
                "one", new ChatOptions { Temperature = 0, MaxOutputTokens = 9, Instructions = "be brief." });

            Assert.Equal(alone, answer.Text);
        }

        Directory.Delete(path, recursive: true);
    }
}
