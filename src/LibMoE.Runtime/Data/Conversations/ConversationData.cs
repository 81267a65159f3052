using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LibMoE.Runtime;

/// <summary>Conversations in words to learn from, and others to be measured by, as ids and labels.</summary>
public sealed class ConversationData
{
    private const int HeldOutShare = 10;
    private const int LeastHeldOut = 2;

    /// <summary>Takes conversations.</summary>
    /// <param name="name">What people call the data.</param>
    /// <param name="train">What is learned from, at least one.</param>
    /// <param name="heldOut">What is measured, at least two.</param>
    /// <param name="conversations">The template and the tokenizer that made them.</param>
    /// <exception cref="ConfigurationException">There are too few, or one shows an image or has no token of an answer.</exception>
    public ConversationData(
        string name,
        IReadOnlyList<ConversationTokens> train,
        IReadOnlyList<ConversationTokens> heldOut,
        ConversationTokenizer conversations)
    {
        (Train, HeldOut, Conversations) = (train, heldOut, conversations);
        if (train.Count == 0 || heldOut.Count < LeastHeldOut)
        {
            throw new ConfigurationException(
                $"{name} has {train.Count} conversations to learn from and {heldOut.Count} held out; it must have at least 1 and "
                    + $"{LeastHeldOut}.");
        }

        if (train.Concat(heldOut).FirstOrDefault(tokens => tokens.Answered == 0 || tokens.Images.Count > 0) is { } wrong)
        {
            throw new ConfigurationException(wrong.Images.Count > 0
                ? $"Conversation '{wrong.Id}' of {name} shows an image; a language model reads words only."
                : $"Conversation '{wrong.Id}' of {name} has no token of an answer.");
        }

        Identity = new CorpusIdentity(name, HashOf([.. train, .. heldOut]));
    }

    /// <summary>Which data it is: a name, and SHA-256 of all ids and labels.</summary>
    public CorpusIdentity Identity { get; }

    /// <summary>What is learned from.</summary>
    public IReadOnlyList<ConversationTokens> Train { get; }

    /// <summary>What is measured.</summary>
    public IReadOnlyList<ConversationTokens> HeldOut { get; }

    /// <summary>The template and the tokenizer.</summary>
    public ConversationTokenizer Conversations { get; }

    /// <summary>Reads files in one of the formats of <see cref="ConversationFile"/>.</summary>
    /// <param name="path">What is learned from.</param>
    /// <param name="heldOut">What is measured; empty takes the last tenth of the first file, at least two, away from learning.</param>
    /// <param name="template">What stands between the turns.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="longest">The most tokens of a conversation; longer ones are cut at the end.</param>
    /// <exception cref="ConfigurationException">A file is not there or is not of that format, or a conversation cannot be used; the message
    /// names it.</exception>
    public static ConversationData Load(
        string path, string heldOut, ConversationTemplate template, ITokenizer tokenizer, int longest) =>
        // Captions leave out the words of a question; here they are all there is.
        Load(path, heldOut, new ConversationTokenizer(template with { ImagesOnly = false }, tokenizer, tokensPerImage: 0), longest);

    /// <summary>Reads files in one of the formats of <see cref="ConversationFile"/>.</summary>
    /// <param name="path">What is learned from.</param>
    /// <param name="heldOut">What is measured; empty takes the last tenth of the first file, at least two, away from learning.</param>
    /// <param name="conversations">The template and the model's tokenizer.</param>
    /// <param name="longest">The most tokens of a conversation; longer ones are cut at the end.</param>
    /// <exception cref="ConfigurationException">A file is not there or is not of that format, or a conversation cannot be used; the message
    /// names it.</exception>
    public static ConversationData Load(string path, string heldOut, ConversationTokenizer conversations, int longest)
    {
        var all = Read(path);
        var name = Path.GetFileName(path);
        if (heldOut.Length > 0)
        {
            return new ConversationData(name, all, Read(heldOut), conversations);
        }

        var measured = Math.Max(LeastHeldOut, all.Count / HeldOutShare);
        return new ConversationData(name, [.. all.SkipLast(measured)], [.. all.TakeLast(measured)], conversations);

        List<ConversationTokens> Read(string file) =>
            [.. ConversationFile.Read(file).Conversations.Select(conversation => conversations.Encode(conversation, longest))];
    }

    private static string HashOf(IReadOnlyList<ConversationTokens> conversations)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var conversation in conversations)
        {
            foreach (var value in (int[])[conversation.Ids.Length, .. conversation.Ids, .. conversation.Labels])
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, value);
                hash.AppendData(number);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
