using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Conversations;
using LibMoE.Runtime.Data.Tokenizers.Jinja;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>The chat template that a published tokenizer came with: <c>chat_template.jinja</c>, or <c>chat_template</c> in
/// <c>tokenizer_config.json</c>, one or several by name, of which the one called default is taken.</summary>
internal sealed class OwnChatTemplate
{
    private const int LongestRefusal = 300;

    private readonly List<(string Name, string Text)> _marks;
    private readonly JinjaTemplate? _template;
    private readonly TimeProvider _clock;

    private OwnChatTemplate(ITokenizer tokenizer, IReadOnlyDictionary<string, string> templates, TimeProvider clock)
    {
        (Tokenizer, _clock, _marks) = (tokenizer, clock, MarksOf(tokenizer));
        Text = templates.Count == 1 ? templates.Values.Single() : templates.GetValueOrDefault(ChatTemplateFiles.Default, "");
        if (templates.Count > 1 && !templates.ContainsKey(ChatTemplateFiles.Default))
        {
            Problem = $"it has the chat templates {string.Join(", ", templates.Keys)}, and none called {ChatTemplateFiles.Default}";
            return;
        }

        try
        {
            _template = JinjaTemplate.Parse(Text);
        }
        catch (JinjaException fault)
        {
            Problem = $"its chat template cannot be read: {fault.Message}";
        }
    }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>The template.</summary>
    public string Text { get; }

    /// <summary>Why it cannot be used; null where it can.</summary>
    public string? Problem { get; }

    /// <summary>The template of a tokenizer; null where it came with none.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="clock">Tells templates the time; null takes the system's.</param>
    public static OwnChatTemplate? In(ITokenizer tokenizer, TimeProvider? clock = null) =>
        ChatTemplateFiles.Templates(tokenizer.Files) is { Count: > 0 } templates
            ? new OwnChatTemplate(tokenizer, templates, clock ?? TimeProvider.System)
            : null;

    /// <summary>What the template makes of messages. What messages say is known from the template's words in it.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="asks">Whether the model is to answer behind it (<c>add_generation_prompt</c>).</param>
    /// <exception cref="ConfigurationException">The template refuses the messages, with its own sentence, or cannot be run.</exception>
    public TextValue Render(IReadOnlyList<ChatMessage> messages, bool asks)
    {
        if (_template is null)
        {
            throw new ConfigurationException($"The tokenizer {Tokenizer.Name} cannot be talked to: {Problem}.");
        }

        try
        {
            return _template.Render(
                run =>
                [
                    .. _marks.Select(mark => (mark.Name, JinjaValue.Of(mark.Text))),
                    ("messages", run.List([.. messages.Select(message => Value(message, run))])),
                    ("tools", NoneValue.Only),
                    ("documents", NoneValue.Only),
                    ("add_generation_prompt", JinjaValue.Of(asks)),
                ],
                _clock);
        }
        catch (JinjaException fault)
        {
            throw new ConfigurationException(fault.IsRefusal
                ? $"The chat template refuses the messages: {Sentence(fault.What)}"
                : $"The chat template cannot be run: {fault.Message}.");
        }
    }

    private static MapValue Value(ChatMessage message, TemplateRun run) => MapValue.Of(
        [("role", JinjaValue.Of(message.Role)), ("content", new TextValue(message.Text, TextOrigin.Message))], run.Equality);

    /// <summary>The texts of marks, and of the tokenizer's start and end where its configuration says nothing of them.</summary>
    private static List<(string Name, string Text)> MarksOf(ITokenizer tokenizer)
    {
        var stated = ChatTemplateFiles.Marks(tokenizer.Files);
        List<(string Name, string Text)> marks = [.. stated.Select(mark => (mark.Key, mark.Value))];
        foreach (var (name, id) in new[] { ("bos_token", tokenizer.Bos), ("eos_token", tokenizer.Eos) })
        {
            if (!stated.ContainsKey(name) && id is { } known && (tokenizer as IMarkedTokenizer)?.TextOf(known) is { } text)
            {
                marks.Add((name, text));
            }
        }

        return marks;
    }

    private static string Sentence(string said)
    {
        var sentence = MessageText.OneLine(said.Length <= LongestRefusal ? said : said[..LongestRefusal] + "…").TrimEnd();
        return sentence.Length > 0 && char.IsPunctuation(sentence[^1]) ? sentence : sentence + ".";
    }
}
