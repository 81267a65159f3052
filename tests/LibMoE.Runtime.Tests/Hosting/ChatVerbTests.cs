using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Models.Generation;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A conversation in the terminal: answers behind all that was said, that can be interrupted, within the context.</summary>
public sealed class ChatVerbTests : IDisposable
{
    private static readonly ModelConfig Small = new()
    {
        Dim = 16,
        Layers = 2,
        Heads = 2,
        Hidden = 16,
        Context = 60,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.3,
        HeadBias = true,
    };

    private readonly HostedRun _host = new();

    public ChatVerbTests()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Small, seed: 2);

        // Letters and blanks alone are said, so that what was said is text.
        var bias_V = Enumerable.Range(0, 256).Select(id => id is ' ' or (>= 'a' and <= 'z') ? 0f : -100f).ToArray();
        model.state_dict()["head.bias"].copy_(tensor(bias_V));
        ModelSaver.Save(model, new ByteTokenizer(), "dense");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Each_answer_is_what_the_model_says_behind_all_that_was_said()
    {
        var (code, output) = await Chat("hello\n\nand now\n/exit\nnever\n", "--tokens", "6");

        Assert.Equal(0, code);
        using var loaded = ModelLoader.Load("dense", []);
        var first = Said(loaded, "hello", 6);
        var second = Said(loaded, $"hello{first}\nand now", 6);
        Assert.Contains($"> {first}", output, StringComparison.Ordinal);
        Assert.Contains($"> > {second}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_forgets_what_was_said_and_the_end_of_the_input_ends()
    {
        var (code, output) = await Chat("hello\n/new\nhello", "--tokens", "6");

        Assert.Equal(0, code);
        using var loaded = ModelLoader.Load("dense", []);
        var answer = Said(loaded, "hello", 6);
        Assert.Equal(2, output.Split($"> {answer}").Length - 1);
    }

    [Fact]
    public async Task The_oldest_questions_are_forgotten_where_the_context_is_full_and_that_is_said()
    {
        var (code, output) = await Chat($"{new string('a', 20)}\n{new string('b', 20)}\n{new string('c', 20)}\n", "--tokens", "12");

        Assert.Equal(0, code);
        Assert.Contains("question forgotten: the model's context is 60 tokens.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_is_longer_than_the_context_is_told_and_the_conversation_goes_on()
    {
        var (code, output) = await Chat($"{new string('a', 90)}\nhello\n", "--tokens", "6");

        Assert.Equal(0, code);
        Assert.Contains("(The question has 90 tokens with what the template adds; the model's context is 60.)", output,
            StringComparison.Ordinal);
        using var loaded = ModelLoader.Load("dense", []);
        Assert.Contains($"> {Said(loaded, "hello", 6)}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_and_a_task_stand_around_what_is_said()
    {
        var (code, output) = await Chat("hello\n", "--tokens", "4", "--template", "phi3", "--system", "S");

        Assert.Equal(0, code);
        using var loaded = ModelLoader.Load("dense", []);
        var answer = Said(loaded, "<|system|>\nS<|end|>\n<|user|>\nhello<|end|>\n<|assistant|>\n", 4);
        Assert.Contains($"> {answer}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tokenizers_own_template_stands_around_what_is_said_and_ends_answers()
    {
        // It puts behind answers what the model says as its last letter.
        string asked = "T:S\nU:hello\nA:", behind;
        using (var loaded = ModelLoader.Load("dense", []))
        {
            behind = Said(loaded, asked, 9).Trim()[^1..];
            var template = "{% for m in messages %}{{ {'system': 'T', 'user': 'U', 'assistant': 'A'}[m.role] }}:{{ m.content }}"
                + $"{{{{ '{behind}' if m.role == 'assistant' }}}}\n{{% endfor %}}{{% if add_generation_prompt %}}A:{{% endif %}}";
            ModelSaver.Save(loaded.Model, new ByteTokenizer
            {
                Files = [new TokenizerFile("chat_template.jinja", System.Text.Encoding.UTF8.GetBytes(template))],
            }, "talking");
        }

        var (code, output) = await Chat("hello\nand now\n", ["--model", "talking", "--tokens", "9", "--system", "S"]);

        Assert.Equal(0, code);
        Assert.Contains("template own.", output, StringComparison.Ordinal);
        using var alone = ModelLoader.Load("talking", []);
        var first = Said(alone, asked, 9).Split(behind)[0];
        var second = Said(alone, $"{asked}{first}{behind}\nU:and now\nA:", 9).Split(behind)[0];
        Assert.Contains($"> {first}", output, StringComparison.Ordinal);
        Assert.Contains($"> {second}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_refuses_is_told_and_one_that_cannot_be_read_ends_with_the_reason()
    {
        using (var loaded = ModelLoader.Load("dense", []))
        {
            foreach (var (name, template) in new[] { ("strict", "{{ raise_exception('Say please.') }}"), ("broken", "{% nothing %}") })
            {
                ModelSaver.Save(loaded.Model, new ByteTokenizer
                {
                    Files = [new TokenizerFile("chat_template.jinja", System.Text.Encoding.UTF8.GetBytes(template))],
                }, name);
            }
        }

        var (code, output) = await Chat("hello\n", ["--model", "strict"]);

        Assert.Equal(0, code);
        Assert.Contains("(The chat template refuses the messages: Say please.)", output, StringComparison.Ordinal);
        Assert.Equal(2, await _host.Run("chat", "--model", "broken", "--threads", "1"));
        Assert.StartsWith(
            "error: --template (Chat:Template) is empty, and Dense cannot be talked to: its chat template cannot be read: line 1: the "
            + "block 'nothing' is not run here", Assert.Single(_host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_answer_is_remembered_as_far_as_it_came()
    {
        using var loaded = ModelLoader.Load("dense", []);
        using var stop = new CancellationTokenSource();
        var conversations = new ConversationTokenizer(
            ConversationTemplate.Plain with { ImagesOnly = false }, loaded.Tokenizer, tokensPerImage: 0);
        var dialogue = new Dialogue(loaded.Model, conversations, new GenerationOptions { Temperature = 0, Tokens = 30 });
        var said = "";
        foreach (var piece in dialogue.Ask("hello", stop.Token))
        {
            said += piece;
            if (said.Length >= 3)
            {
                stop.Cancel();
            }
        }

        Assert.Equal(AnswerEnd.Interrupted, dialogue.End);
        Assert.InRange(said.Length, 3, 5);
        Assert.Equal(["hello", said], dialogue.Turns.Select(turn => turn.Text));
    }

    [Fact]
    public void An_answer_that_fills_the_context_says_so_and_one_that_is_as_long_as_allowed_too()
    {
        using var loaded = ModelLoader.Load("dense", []);
        var conversations = new ConversationTokenizer(
            ConversationTemplate.Vicuna with { SystemText = "", Opening = "", EndsWithId = false }, loaded.Tokenizer, tokensPerImage: 0);
        AnswerEnd Asked(int tokens)
        {
            var dialogue = new Dialogue(loaded.Model, conversations, new GenerationOptions { Temperature = 0, Tokens = tokens });
            Assert.NotEmpty(dialogue.Ask("hello", default).ToList());
            return dialogue.End;
        }

        Assert.Equal(AnswerEnd.Length, Asked(5));
        Assert.Equal(AnswerEnd.Context, Asked(500));
    }

    [Fact]
    public void Ctrl_C_is_taken_by_an_answer_once_and_else_by_the_program()
    {
        var interruption = new Interruption();
        Assert.False(interruption.TryUse());
        using var answering = new CancellationTokenSource();
        using (interruption.Take(answering))
        {
            Assert.True(interruption.TryUse());
            Assert.True(answering.IsCancellationRequested);
            Assert.False(interruption.TryUse());
        }

        using var next = new CancellationTokenSource();
        interruption.Take(next).Dispose();
        Assert.False(interruption.TryUse());
        Assert.False(next.IsCancellationRequested);
    }

    private static async Task<(int Code, string Output)> Chat(string typed, params string[] options)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(
            [
                "chat", .. options.Contains("--model") ? [] : (string[])["--model", "dense"], "--temperature", "0", "--threads", "1",
                .. options,
            ],
            output, error);
        builder.Services.AddSingleton<TextReader>(new StringReader(typed));
        var code = await builder.Build().RunVerbAsync(default);
        Assert.Empty(error.ToString());
        return (code, output.ToString());
    }

    /// <summary>What the model says behind a text, up to the line end that ends an answer of the plain template.</summary>
    private static string Said(LoadedModel loaded, string prompt, int tokens)
    {
        var said = string.Concat(TextGenerator.Text(
            loaded.Model, loaded.Tokenizer, new GenerationOptions { Prompt = prompt, Temperature = 0, Tokens = tokens }));
        return said.Split('\n')[0];
    }
}
