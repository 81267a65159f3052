using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Conversations;

/// <summary>Understands one conversation of LLaVA's format, or of that of chat interfaces.</summary>
internal static class ConversationReader
{
    /// <summary>The names of the sides.</summary>
    private static readonly Dictionary<string, ConversationRole> Roles = new()
    {
        ["human"] = ConversationRole.User,
        ["user"] = ConversationRole.User,
        ["gpt"] = ConversationRole.Assistant,
        ["assistant"] = ConversationRole.Assistant,
    };

    /// <summary>What an element is called in messages.</summary>
    public static string IdOf(JsonElement item, int index) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id)
        && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? id.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"#{index}");

    /// <summary>The conversation, or why it is none.</summary>
    public static (Conversation? Conversation, string? Problem) Of(JsonElement item, int index)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("messages", out var messages)
            && messages.ValueKind == JsonValueKind.Array)
        {
            return OfMessages(item, messages, index);
        }

        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("conversations", out var list)
            || list.ValueKind != JsonValueKind.Array)
        {
            return (null, "it has no list 'conversations' or 'messages'.");
        }

        var (images, problem) = Images(item);
        var turns = new List<ConversationTurn>();
        foreach (var turn in list.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Object || Text(turn, "from") is not { } from || Text(turn, "value") is not { } value)
            {
                return (null, $"turn {turns.Count} has no texts 'from' and 'value'.");
            }

            if (!Roles.TryGetValue(from, out var role))
            {
                return (null, $"turn {turns.Count} is from {MessageText.Quote(from)}; it must be human or gpt.");
            }

            turns.Add(new ConversationTurn(role, value));
        }

        // As LLaVA does: a conversation that begins with an answer loses it.
        if (turns is [{ Role: ConversationRole.Assistant }, ..])
        {
            turns.RemoveAt(0);
        }

        problem ??= Order(turns) ?? Marks(turns, images.Count);
        return problem is null ? (new Conversation(IdOf(item, index), images, [.. turns.Select(Placed)]), null) : (null, problem);
    }

    /// <summary>Words alone: roles and contents.</summary>
    private static (Conversation? Conversation, string? Problem) OfMessages(JsonElement item, JsonElement messages, int index)
    {
        var (system, turns) = (default(string), new List<ConversationTurn>());
        foreach (var (number, message) in messages.EnumerateArray().Index())
        {
            if (message.ValueKind != JsonValueKind.Object || Text(message, "role") is not { } role
                || Text(message, "content") is not { } content)
            {
                return (null, $"message {number} has no texts 'role' and 'content'.");
            }

            if (role == "system" && number == 0)
            {
                system = content;
            }
            else if (role is "user" or "assistant")
            {
                turns.Add(new ConversationTurn(Roles[role], content));
            }
            else
            {
                return (null, $"message {number} is of role {MessageText.Quote(role)}; it must be user or assistant, or system in front.");
            }
        }

        var problem = Order(turns) ?? Marks(turns, images: 0);
        return problem is null ? (new Conversation(IdOf(item, index), [], turns) { System = system }, null) : (null, problem);
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static (IReadOnlyList<string> Images, string? Problem) Images(JsonElement item)
    {
        if (!item.TryGetProperty("image", out var image) || image.ValueKind == JsonValueKind.Null)
        {
            return ([], null);
        }

        return image.ValueKind switch
        {
            JsonValueKind.String => ([image.GetString()!], null),
            JsonValueKind.Array when image.EnumerateArray().All(file => file.ValueKind == JsonValueKind.String) =>
                ([.. image.EnumerateArray().Select(file => file.GetString()!)], null),
            _ => ([], "'image' is neither a file nor a list of files."),
        };
    }

    private static string? Order(List<ConversationTurn> turns)
    {
        if (turns.Count < 2)
        {
            return "it has no question with an answer.";
        }

        for (var turn = 0; turn < turns.Count; turn++)
        {
            if ((int)turns[turn].Role != turn % 2)
            {
                return $"turn {turn} is from the same side as the one before it.";
            }
        }

        return turns.Count % 2 == 0 ? null : "its last question has no answer.";
    }

    private static string? Marks(List<ConversationTurn> turns, int images)
    {
        var marks = turns.Sum(turn => Count(turn.Text));
        return turns.Any(turn => turn.Role == ConversationRole.Assistant && Count(turn.Text) > 0)
            ? $"an answer has {ConversationFile.ImageMark}, which only questions show."
            : marks == images ? null : $"it names {images} images, and its text has {ConversationFile.ImageMark} {marks} times.";
    }

    private static int Count(string text) => text.Split(ConversationFile.ImageMark).Length - 1;

    /// <summary>As LLaVA does: the one image of a question stands before it, on a line of its own. Several stay where they are.</summary>
    private static ConversationTurn Placed(ConversationTurn turn)
    {
        if (Count(turn.Text) != 1)
        {
            return turn;
        }

        var words = turn.Text.Replace(ConversationFile.ImageMark, "", StringComparison.Ordinal).Trim();
        return turn with { Text = $"{ConversationFile.ImageMark}\n{words}".Trim() };
    }
}
