using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Conversations;

namespace LibMoE.Runtime;

/// <summary>
/// Conversations in LLaVA's format: a JSON list, or JSON lines, of <c>{"id", "image", "conversations": [{"from": "human" | "gpt",
/// "value"}]}</c>; <c>image</c> is absent, a file, or a list of files, and <c>&lt;image&gt;</c> stands in the text once for each. Or, for
/// words alone, in that of chat interfaces: <c>{"messages": [{"role": "system" | "user" | "assistant", "content"}]}</c>, where a first
/// message may be the system's.
/// </summary>
public sealed class ConversationFile
{
    /// <summary>Where an image is shown in a text.</summary>
    public const string ImageMark = "<image>";

    private ConversationFile(IReadOnlyList<Conversation> conversations, IReadOnlyList<RefusedConversation> refused, ImageFolder images) =>
        (Conversations, Refused, Images) = (conversations, refused, images);

    /// <summary>The conversations in the order of the file.</summary>
    public IReadOnlyList<Conversation> Conversations { get; }

    /// <summary>What was left out; empty unless <see cref="ConversationOptions.SkipRefused"/> asks for it.</summary>
    public IReadOnlyList<RefusedConversation> Refused { get; }

    /// <summary>Where their images lie.</summary>
    public ImageFolder Images { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file <c>.json</c> with a list, or <c>.jsonl</c> with one conversation a line.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <exception cref="ConfigurationException">There is no such file, it is not JSON, or, unless they are left out, a conversation or an
    /// image cannot be used; the message names it.</exception>
    public static ConversationFile Read(string path, ConversationOptions? options = null)
    {
        options ??= new ConversationOptions();
        if (!File.Exists(path))
        {
            throw new ConfigurationException(
                $"There are no conversations at '{path}'; name a .json file with a list of them, or a .jsonl file.");
        }

        var images = new ImageFolder(options.ImageFolder.Length > 0 ? options.ImageFolder : Path.GetDirectoryName(Path.GetFullPath(path))!);
        var (kept, refused) = (new List<Conversation>(), new List<RefusedConversation>());
        foreach (var (index, item) in Items(path).Index())
        {
            var (conversation, problem) = ConversationReader.Of(item, index);
            problem ??= images.Problem(conversation!.Images, options.Images);
            if (problem is null)
            {
                kept.Add(conversation!);
                continue;
            }

            var id = conversation?.Id ?? ConversationReader.IdOf(item, index);
            if (!options.SkipRefused)
            {
                throw new ConfigurationException($"{path}: conversation {MessageText.Quote(id)} cannot be used: {problem}");
            }

            refused.Add(new RefusedConversation(id, problem));
        }

        return new ConversationFile(kept, refused, images);
    }

    /// <summary>One after the other: a file of these may be larger than memory.</summary>
    private static IEnumerable<JsonElement> Items(string path)
    {
        using var stream = File.OpenRead(path);
        var lines = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        var read = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, topLevelValues: lines);
        using var items = read.ToBlockingEnumerable().GetEnumerator();
        while (true)
        {
            try
            {
                if (!items.MoveNext())
                {
                    yield break;
                }
            }
            catch (JsonException error)
            {
                throw new ConfigurationException($"{path} is not {(lines ? "JSON lines" : "a JSON list")}: {MessageText.Reason(error)}.");
            }

            yield return items.Current;
        }
    }
}
