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
    /// <summary>The text of a start id, for vocabularies without one.</summary>
    private const string StartText = "<s>";

    /// <summary>The text of an end id, for vocabularies without one.</summary>
    private const string EndText = "</s>";

    /// <summary>What stands between the turns.</summary>
    public ConversationTemplate Template => template;

    /// <summary>The language model's.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <summary>How many places an image takes.</summary>
    public int TokensPerImage => tokensPerImage;

    /// <summary>A conversation with its answers, to learn from.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="longest">The most tokens that are kept, from the start.</param>
    /// <exception cref="ConfigurationException">The cut would go through an image or leave no token of an answer; the message names the
    /// conversation.</exception>
    public ConversationTokens Encode(Conversation conversation, int longest = int.MaxValue)
    {
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
    public int[] Prompt(IReadOnlyList<ConversationTurn> turns) => [.. Of(turns).Ids];

    /// <summary>The ids of an answer, as they follow a prompt.</summary>
    public int[] Answer(string answer) => tokenizer.Encode(template.Answer + answer);

    /// <summary>The ids of the mark behind an answer, which a model learns to say; empty where the template has none.</summary>
    public int[] End()
    {
        var mark = new Labelled(tokenizer);
        AddEnd(mark);
        return [.. mark.Ids];
    }

    /// <summary>The mark behind an answer as a text; null where its end is an id of the vocabulary, or there is none.</summary>
    internal string? EndMark => template switch
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
