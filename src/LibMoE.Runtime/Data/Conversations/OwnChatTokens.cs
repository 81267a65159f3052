using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Jinja;

namespace LibMoE.Runtime.Data.Conversations;

/// <summary>
/// Conversations as ids by a tokenizer's own chat template. Marks in the template's words are read; in what messages say, special ones
/// are not, so that nobody ends a message or begins one with words.
/// </summary>
internal sealed class OwnChatTokens
{
    private readonly OwnChatTemplate _template;
    private readonly ITokenizer _tokenizer;

    /// <param name="template">The template.</param>
    public OwnChatTokens(OwnChatTemplate template)
    {
        (_template, _tokenizer) = (template, template.Tokenizer);
        (Lead, var behind) = AroundAnswers();
        var ids = behind.Length > 0 ? Ids(new TextValue(behind), begins: false) : [];
        int? mark = ids is [var first, ..] && (_tokenizer as IMarkedTokenizer)?.IsMark(first) == true ? first : null;
        EndIds = mark is { } id ? [id] : ids;
        Stop = mark is null && behind.Length > 0 ? behind : null;
        Ends =
        [
            .. (mark is null ? [] : EndIds).Concat(ChatTemplateFiles.Ends(_tokenizer.Files))
                .Where(end => end >= 0 && end < _tokenizer.Vocabulary).Distinct(),
        ];
    }

    /// <summary>What an answer begins with that is the template's.</summary>
    public string Lead { get; }

    /// <summary>The ids of what the template puts behind an answer: a mark, or a text without white space around it; empty for
    /// none.</summary>
    public int[] EndIds { get; }

    /// <summary>The ids that end an answer beside the tokenizer's own: what the template puts behind answers, and what
    /// <c>generation_config.json</c> says.</summary>
    public IReadOnlyList<int> Ends { get; }

    /// <summary>The text that ends an answer; null where an id does.</summary>
    public string? Stop { get; }

    /// <summary>The ids up to where the model is to answer.</summary>
    /// <exception cref="ConfigurationException">The template refuses the messages, or cannot be run.</exception>
    public int[] Prompt(IReadOnlyList<ChatMessage> messages) => Ids(_template.Render(messages, asks: true));

    /// <summary>The ids of a conversation, and which of them the model is to say.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="id">What the data call the conversation, for messages.</param>
    /// <exception cref="ConfigurationException">The template refuses the messages, cannot be run, or does not say where answers
    /// stand.</exception>
    public (List<int> Ids, List<int> Labels) Learned(IReadOnlyList<ChatMessage> messages, string id)
    {
        var (text, said) = OwnChatAnswers.Of(_template, messages, id);
        var (ids, labels, done) = (new List<int>(), new List<int>(), 0);
        foreach (var (start, end) in said.Append((text.Text.Length, text.Text.Length)))
        {
            Add(start, isSaid: false);
            Add(end, isSaid: true);
        }

        return (ids, labels);

        // A part is encoded as it follows what stands before, which is encoded alone when the model is asked.
        void Add(int end, bool isSaid)
        {
            var part = Following(text.Slice(0, done), text.Slice(0, end), text.Slice(done, end));
            ids.AddRange(part);
            labels.AddRange(part.Select(one => isSaid ? one : ConversationTokens.Ignored));
            done = end;
        }
    }

    /// <summary>The ids of a text, marks of the template's words among them. A template cannot write the start of a vocabulary without
    /// marks: its texts begin with it.</summary>
    private int[] Ids(TextValue text, bool begins = true)
    {
        if (_tokenizer is not IMarkedTokenizer marked)
        {
            return [.. begins && _tokenizer.Bos is { } start ? [start] : Array.Empty<int>(), .. _tokenizer.Encode(text.Text)];
        }

        var words = text.Stretches.Where(stretch => stretch.Origin.HasFlag(TextOrigin.Message)).ToList();
        return marked.Encode(text.Text, (start, end) => words.Any(stretch => stretch.Start < end && stretch.End > start));
    }

    private int[] Following(TextValue before, TextValue whole, TextValue part)
    {
        if (part.Text.Length == 0)
        {
            return [];
        }

        var (first, all) = (before.Text.Length == 0 ? [] : Ids(before), Ids(whole));
        return all.AsSpan().StartsWith(first) ? all[first.Length..] : Ids(part, begins: false);
    }

    /// <summary>What stands around an answer, by a conversation of one question.</summary>
    private (string Lead, string Behind) AroundAnswers()
    {
        try
        {
            ChatMessage[] asked = [new(ChatMessage.User, "Question"), new(ChatMessage.Assistant, "Answer")];
            var (before, whole) = (_template.Render(asked[..1], asks: true), _template.Render(asked, asks: false));
            var answer = whole.Stretches.LastOrDefault(stretch => stretch.Origin.HasFlag(TextOrigin.Message));
            return (
                whole.Text.StartsWith(before.Text, StringComparison.Ordinal) && answer.Start >= before.Text.Length
                    ? whole.Text[before.Text.Length..answer.Start] : "",
                whole.Text[answer.End..].Trim());
        }
        catch (ConfigurationException)
        {
            // A template that refuses this conversation says nothing of others.
            return ("", "");
        }
    }
}
