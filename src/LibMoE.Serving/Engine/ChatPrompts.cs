using LibMoE.Runtime;
using LibMoE.Runtime.Data.Conversations;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Serving.Engine;

/// <summary>Makes a conversation a prompt: by the form that the settings name, or else by the tokenizer's own chat template.</summary>
internal sealed class ChatPrompts
{
    private readonly ITokenizer _tokenizer;
    private readonly ConversationTemplate? _form;
    private readonly OwnChatTokens? _own;

    /// <param name="name">The form's name; empty takes the tokenizer's template.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="model">What people call the model, for messages.</param>
    public ChatPrompts(string name, ITokenizer tokenizer, string model)
    {
        _tokenizer = tokenizer;
        // Captions leave out the words of a question; here they are all there is.
        _form = name.Length == 0 ? null : ConversationTemplate.Of(name) with { ImagesOnly = false };
        var own = name.Length == 0 ? OwnChatTemplate.In(tokenizer) : null;
        _own = own is { Problem: null } ? new OwnChatTokens(own) : null;
        KnowsDevelopers = _own is not null && own!.Text.Contains(ChatMessage.Developer, StringComparison.Ordinal);
        Refusal = _form is not null || _own is not null ? null : WhyNot(own, model);
        Lead = _own?.Lead ?? _form?.Answer ?? "";
        if (_own is not null)
        {
            (Ends, Stops) = (_own.Ends, _own.Stop is { } stop ? [stop] : []);
        }
        else if (_form is { End: var end } && end.Trim().Length > 0)
        {
            var ids = tokenizer.Encode(end);
            Ends = ids.Length == 1 ? ids : [];
            Stops = ids.Length == 1 ? [] : [end];
        }
    }

    /// <summary>Why there are no conversations; null where there are.</summary>
    public string? Refusal { get; }

    /// <summary>Whether messages must be a question, an answer, a question and so on, with what the model is told before them; the
    /// tokenizer's own template says itself what it takes.</summary>
    public bool IsForm => _form is not null;

    /// <summary>Whether the template tells developers' messages from the system's.</summary>
    public bool KnowsDevelopers { get; }

    /// <summary>The ids that end an answer beside the tokenizer's own.</summary>
    public IReadOnlyList<int> Ends { get; } = [];

    /// <summary>The texts that end an answer.</summary>
    public IReadOnlyList<string> Stops { get; } = [];

    /// <summary>What an answer begins with that is not said.</summary>
    public string Lead { get; }

    /// <summary>The ids up to where the model is to answer.</summary>
    /// <param name="messages">The messages, a question last.</param>
    /// <exception cref="ConfigurationException">There is no template; the tokenizer's own refuses the messages or cannot be run; or, for a
    /// form, they do not take turns, or one holds the mark of an image.</exception>
    public int[] Prompt(IReadOnlyList<ChatMessage> messages)
    {
        if (_own is not null)
        {
            return _own.Prompt(messages);
        }

        if (_form is null)
        {
            throw new ConfigurationException(Refusal!);
        }

        var told = messages.Where(message => message.Role == ChatMessage.System).Select(message => message.Text).ToList();
        List<ConversationTurn> turns =
        [
            .. messages.Where(message => message.Role != ChatMessage.System).Select(message => new ConversationTurn(
                message.Role == ChatMessage.User ? ConversationRole.User : ConversationRole.Assistant, message.Text)),
        ];
        Check(turns);
        var form = told.Count == 0 ? _form : _form.WithSystem(string.Join("\n", told));
        return new ConversationTokenizer(form, _tokenizer, tokensPerImage: 0).Prompt(turns);
    }

    private static void Check(List<ConversationTurn> turns)
    {
        var misplaced = turns.Index().Any(
            turn => turn.Item.Role != (turn.Index % 2 == 0 ? ConversationRole.User : ConversationRole.Assistant));
        if (turns.Count % 2 == 0 || misplaced)
        {
            throw new ConfigurationException(
                "The messages must be a question of the user, an answer of the assistant, a question and so on, a question last.");
        }

        if (turns.Any(turn => turn.Text.Contains(ConversationFile.ImageMark, StringComparison.Ordinal)))
        {
            throw new ConfigurationException($"A message holds {ConversationFile.ImageMark}; this model reads words only.");
        }
    }

    private static string WhyNot(OwnChatTemplate? own, string model)
    {
        var names = string.Join(", ", ConversationTemplate.All.Select(template => template.Name));
        var reason = own?.Problem is { } problem ? $"{model} cannot be talked to, {problem}" : $"{model} has no chat template";
        return $"Conversations are refused: {reason}. Name the form that it was trained on with Serving:ChatTemplate: {names}; "
            + "or send the whole prompt to /v1/completions.";
    }
}
