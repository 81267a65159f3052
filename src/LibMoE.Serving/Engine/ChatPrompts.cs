using LibMoE.Runtime;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Serving.Engine;

/// <summary>Makes a conversation a prompt, by the template that the settings name.</summary>
internal sealed class ChatPrompts
{
    private readonly ITokenizer _tokenizer;
    private readonly ConversationTemplate? _template;

    /// <param name="name">The template's name; empty for none.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="model">What people call the model, for messages.</param>
    public ChatPrompts(string name, ITokenizer tokenizer, string model)
    {
        _tokenizer = tokenizer;
        // Captions leave out the words of a question; here they are all there is.
        _template = name.Length == 0 ? null : ConversationTemplate.Of(name) with { ImagesOnly = false };
        Refusal = _template is not null ? null : WhyNot(tokenizer, model);
        if (_template is { End: var end } && end.Trim().Length > 0)
        {
            var ids = tokenizer.Encode(end);
            Ends = ids.Length == 1 ? ids : [];
            Stops = ids.Length == 1 ? [] : [end];
        }
    }

    /// <summary>Why there are no conversations; null where there are.</summary>
    public string? Refusal { get; }

    /// <summary>The ids that end an answer beside the tokenizer's own.</summary>
    public IReadOnlyList<int> Ends { get; } = [];

    /// <summary>The texts that end an answer.</summary>
    public IReadOnlyList<string> Stops { get; } = [];

    /// <summary>What an answer begins with that is not said.</summary>
    public string Lead => _template?.Answer ?? "";

    /// <summary>The ids up to where the model is to answer.</summary>
    /// <param name="system">What the model is told of its task; null leaves the template's own words.</param>
    /// <param name="turns">Question, answer, question and so on, a question last.</param>
    /// <exception cref="ConfigurationException">There is no template, the turns do not take turns, or one holds the mark of an
    /// image.</exception>
    public int[] Prompt(string? system, IReadOnlyList<ConversationTurn> turns)
    {
        if (_template is null)
        {
            throw new ConfigurationException(Refusal!);
        }

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

        var template = system is null ? _template : _template.WithSystem(system);
        return new ConversationTokenizer(template, _tokenizer, tokensPerImage: 0).Prompt(turns);
    }

    private static string WhyNot(ITokenizer tokenizer, string model)
    {
        var names = string.Join(", ", ConversationTemplate.All.Select(template => template.Name));
        var reason = OwnChatTemplate.IsIn(tokenizer)
            ? $"the chat template of {model} is a Jinja program, which is not run here"
            : $"{model} has no chat template";
        return $"Conversations are refused: {reason}. Name the form that it was trained on with Serving:ChatTemplate: {names}; "
            + "or send the whole prompt to /v1/completions.";
    }
}
