using LibMoE.Runtime.Data.Conversations;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>
/// Turns conversations into ids and labels by a template. What a template says, each question, and each answer with what stands around it
/// are encoded one by one, so that a prompt's ids are those which the model was trained behind, and labels begin and end exactly with the
/// answer.
/// </summary>
/// <param name="template">What stands between the turns.</param>
/// <param name="tokenizer">The language model's.</param>
/// <param name="tokensPerImage">How many places an image takes.</param>
public sealed class ConversationTokenizer(ConversationTemplate template, ITokenizer tokenizer, int tokensPerImage)
{
    /// <summary>What a tokenizer's own chat template is called.</summary>
    internal const string OwnName = "own";

    /// <summary>The text of a start id, for vocabularies without one.</summary>
    private const string StartText = "<s>";

    /// <summary>The text of an end id, for vocabularies without one.</summary>
    private const string EndText = "</s>";

    private readonly OwnChatTokens? _own;
    private readonly string? _system;

    private ConversationTokenizer(OwnChatTokens own, ITokenizer tokenizer, string? system)
        : this(new ConversationTemplate(OwnName) { Answer = own.Lead }, tokenizer, tokensPerImage: 0) => (_own, _system) = (own, system);

    /// <summary>Conversations by the chat template that a published tokenizer came with (<c>chat_template</c> in
    /// <c>tokenizer_config.json</c>, <c>chat_template.jinja</c>), a program that is run as transformers runs it. The template is
    /// called <c>own</c>. Special marks are read in the template's words alone, not in what is asked or said.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="system">What the model is told of its task, where a conversation says nothing; null for nothing.</param>
    /// <param name="clock">Tells templates the time; null takes the system's.</param>
    /// <returns>Null where the tokenizer came with no template.</returns>
    public static ConversationTokenizer? Own(ITokenizer tokenizer, string? system = null, TimeProvider? clock = null) =>
        OwnChatTemplate.In(tokenizer, clock) is { } own ? new ConversationTokenizer(new OwnChatTokens(own), tokenizer, system) : null;

    /// <summary>What stands between the turns.</summary>
    public ConversationTemplate Template => template;

    /// <summary>The language model's.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <summary>How many places an image takes.</summary>
    public int TokensPerImage => tokensPerImage;

    /// <summary>A conversation with its answers, to learn from.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="longest">The most tokens that are kept, from the start.</param>
    /// <exception cref="ConfigurationException">The cut would go through an image or leave no token of an answer, or the tokenizer's own
    /// template refuses the conversation or does not say where answers stand; the message names the conversation.</exception>
    public ConversationTokens Encode(Conversation conversation, int longest = int.MaxValue)
    {
        if (_own is not null)
        {
            var (ids, labels) = _own.Learned(ChatMessage.Of(conversation.System ?? _system, conversation.Turns), conversation.Id);
            return Cut(new ConversationTokens(conversation.Id, conversation.Images, [.. ids], [.. labels]), longest);
        }

        if (conversation.System is { } system)
        {
            return new ConversationTokenizer(template.WithSystem(system), tokenizer, tokensPerImage)
                .Encode(conversation with { System = null }, longest);
        }

        var text = Of(conversation.Turns);

        return Cut(new ConversationTokens(conversation.Id, conversation.Images, [.. text.Ids], [.. text.Labels]), longest);
    }

    /// <summary>A question, with what was said before it, up to where the model is to answer.</summary>
    /// <param name="turns">Question, answer, question and so on, a question last.</param>
    /// <returns>The ids, <see cref="ConversationTokens.Image"/> once for each feature of an image.</returns>
    /// <exception cref="ConfigurationException">The tokenizer's own template refuses the turns, or cannot be run.</exception>
    public int[] Prompt(IReadOnlyList<ConversationTurn> turns) =>
        _own is not null ? _own.Prompt(ChatMessage.Of(_system, turns)) : [.. Of(turns).Ids];

    /// <summary>The ids of an answer, as they follow a prompt.</summary>
    public int[] Answer(string answer) => tokenizer.Encode(template.Answer + answer);

    /// <summary>The ids of the mark behind an answer, which a model learns to say; empty where the template has none.</summary>
    public int[] End()
    {
        if (_own is not null)
        {
            return _own.EndIds;
        }

        var mark = new Labelled(tokenizer);
        AddEnd(mark);
        return [.. mark.Ids];
    }

    /// <summary>The ids that end an answer beside the tokenizer's own and <see cref="End"/>.</summary>
    internal IReadOnlyList<int> Ends => _own?.Ends ?? [];

    /// <summary>The mark behind an answer as a text; null where its end is an id of the vocabulary, or there is none.</summary>
    internal string? EndMark => _own is not null ? _own.Stop : template switch
    {
        { EndsWithId: true } => tokenizer.Eos is null ? template.End + EndText : null,
        { End.Length: > 0 } => template.End,
        _ => null,
    };

    /// <summary>An answer's end mark is encoded by itself, so that an answer's ids are those that <see cref="Answer"/> gives.</summary>
    private Labelled Of(IReadOnlyList<ConversationTurn> turns)
    {
        var text = Begin();
        foreach (var (index, turn) in turns.Index())
        {
            if (turn.Role == ConversationRole.User)
            {
                AddQuestion(text, turn.Text, first: index == 0);
            }
            else
            {
                text.Add(template.Answer + turn.Text, said: true);
                AddEnd(text);
            }
        }

        return text;
    }

    private void AddEnd(Labelled text)
    {
        text.Add(template.End, said: true);
        text.AddEnd(template.EndsWithId, tokenizer.Eos);
    }

    private Labelled Begin()
    {
        var text = new Labelled(tokenizer);
        if (tokenizer.Bos is { } start)
        {
            text.Add(start, said: false);
        }

        text.Add(template.Opening, said: false);
        return text;
    }

    private void AddQuestion(Labelled text, string question, bool first)
    {
        if (!first && template.QuestionsBegin)
        {
            text.AddMark(tokenizer.Bos, StartText, said: false);
        }

        var parts = ((first ? template.FirstQuestion : template.Question) + question + template.Turn).Split(ConversationFile.ImageMark);
        for (var part = 0; part < parts.Length; part++)
        {
            for (var place = 0; part > 0 && place < tokensPerImage; place++)
            {
                text.Add(ConversationTokens.Image, said: false);
            }

            text.Add(template.ImagesOnly ? "" : parts[part], said: false);
        }
    }

    private static ConversationTokens Cut(ConversationTokens tokens, int longest)
    {
        if (tokens.Ids.Length <= longest)
        {
            return tokens;
        }

        if (Array.LastIndexOf(tokens.Ids, ConversationTokens.Image) >= longest)
        {
            throw new ConfigurationException(
                $"Conversation '{tokens.Id}' has {tokens.Ids.Length} tokens; cut to {longest} it would lose a part of an image. "
                + "Allow more tokens.");
        }

        var cut = tokens with { Ids = tokens.Ids[..longest], Labels = tokens.Labels[..longest] };
        return cut.Answered > 0
            ? cut
            : throw new ConfigurationException(
                $"Conversation '{tokens.Id}' has {tokens.Ids.Length} tokens; the first {longest} have no token of an answer. "
                + "Allow more tokens.");
    }

    /// <summary>Ids with their labels, as they come.</summary>
    private sealed class Labelled(ITokenizer tokenizer)
    {
        public List<int> Ids { get; } = [];

        public List<int> Labels { get; } = [];

        public void Add(int id, bool said)
        {
            Ids.Add(id);
            Labels.Add(said ? id : ConversationTokens.Ignored);
        }

        public void Add(string words, bool said)
        {
            foreach (var id in words.Length == 0 ? [] : tokenizer.Encode(words))
            {
                Add(id, said);
            }
        }

        public void AddMark(int? id, string words, bool said)
        {
            if (id is { } mark)
            {
                Add(mark, said);
            }
            else
            {
                Add(words, said);
            }
        }

        public void AddEnd(bool wanted, int? id)
        {
            if (wanted)
            {
                AddMark(id, EndText, said: true);
            }
        }
    }
}
