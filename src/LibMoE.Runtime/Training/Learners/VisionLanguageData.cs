using LibMoE.Runtime.Training.Learners;

namespace LibMoE.Runtime;

/// <summary>Conversations with images to learn from, and others to be measured by.</summary>
public sealed class VisionLanguageData
{
    /// <summary>Takes conversations.</summary>
    /// <param name="identity">Which data it is.</param>
    /// <param name="train">What is learned from.</param>
    /// <param name="heldOut">What is measured, at least two.</param>
    /// <param name="read">Decodes an image, given its name in the conversations.</param>
    /// <param name="processor">Makes of images what the encoder takes.</param>
    /// <exception cref="ConfigurationException">There is nothing to learn from, or a conversation has no token of an answer.</exception>
    public VisionLanguageData(
        CorpusIdentity identity,
        IReadOnlyList<ConversationTokens> train,
        IReadOnlyList<HeldOutConversation> heldOut,
        Func<string, RgbImage> read,
        ImageProcessor processor)
    {
        (Identity, Train, HeldOut, Processor) = (identity, train, heldOut, processor);
        if (train.Count == 0)
        {
            throw new ConfigurationException($"{identity.Name} has no conversations to learn from.");
        }

        if (train.Concat(heldOut.Select(item => item.Tokens)).FirstOrDefault(tokens => tokens.Answered == 0) is { } mute)
        {
            throw new ConfigurationException($"Conversation '{mute.Id}' of {identity.Name} has no token of an answer.");
        }

        Images = new SquareImages(read, processor);
        Kinds = [.. heldOut.Select(item => item.Kind).Where(kind => kind.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Which data it is.</summary>
    public CorpusIdentity Identity { get; }

    /// <summary>What is learned from.</summary>
    public IReadOnlyList<ConversationTokens> Train { get; }

    /// <summary>What is measured.</summary>
    public IReadOnlyList<HeldOutConversation> HeldOut { get; }

    /// <summary>Makes of images what the encoder takes.</summary>
    public ImageProcessor Processor { get; }

    /// <summary>How its conversations became ids, so that what learned from them can be asked; null where nobody is to ask.</summary>
    public ConversationTokenizer? Conversations { get; init; }

    /// <summary>The kinds of held-out questions, in ordinal order.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>The language model's tokenizer, for questions and answers that people read; null where they are not shown.</summary>
    public ITokenizer? Tokenizer { get; init; }

    /// <summary>The images, decoded.</summary>
    internal SquareImages Images { get; }
}

/// <summary>A conversation that is measured.</summary>
/// <param name="Tokens">What is read, and what is to be said.</param>
/// <param name="Kind">The kind of question, whose accuracy is a metric of its own; empty for none.</param>
public sealed record HeldOutConversation(ConversationTokens Tokens, string Kind = "");
