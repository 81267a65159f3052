using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Jinja;

namespace LibMoE.Runtime.Data.Conversations;

/// <summary>
/// Where answers stand in what a chat template makes of a conversation: what its <c>generation</c> blocks render; without any, what comes
/// to what the model is asked behind once the answer is there. That must be how the whole begins, or the place is not known.
/// </summary>
internal static class OwnChatAnswers
{
    /// <summary>The text of a conversation, with the places of its answers and what ends them.</summary>
    /// <param name="template">The template.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="id">What the data call the conversation, for messages.</param>
    /// <exception cref="ConfigurationException">The template does not say where answers stand, refuses the messages, or cannot be
    /// run.</exception>
    public static (TextValue Text, IReadOnlyList<(int Start, int End)> Said) Of(
        OwnChatTemplate template, IReadOnlyList<ChatMessage> messages, string id)
    {
        try
        {
            var whole = template.Render(messages, asks: false);
            var marked = Marked(whole);
            return (whole, marked.Count > 0 ? marked : Differences(template, messages, whole));
        }
        catch (ConfigurationException fault)
        {
            throw new ConfigurationException($"Conversation {MessageText.Quote(id)} cannot be used: {fault.Message}");
        }
    }

    private static List<(int Start, int End)> Marked(TextValue whole)
    {
        var said = new List<(int Start, int End)>();
        foreach (var stretch in whole.Stretches.Where(stretch => stretch.Origin.HasFlag(TextOrigin.Answer)))
        {
            if (said.Count > 0 && said[^1].End == stretch.Start)
            {
                said[^1] = (said[^1].Start, stretch.End);
            }
            else
            {
                said.Add((stretch.Start, stretch.End));
            }
        }

        return said;
    }

    private static List<(int Start, int End)> Differences(OwnChatTemplate template, IReadOnlyList<ChatMessage> messages, TextValue whole)
    {
        var said = new List<(int Start, int End)>();
        foreach (var at in messages.Index().Where(message => message.Item.Role == ChatMessage.Assistant).Select(message => message.Index))
        {
            var asked = template.Render([.. messages.Take(at)], asks: true);
            var answered = at == messages.Count - 1 ? whole : template.Render([.. messages.Take(at + 1)], asks: false);
            Require(answered, asked, $"what it asks the model behind is not how the text with answer {said.Count + 1} begins");
            Require(whole, answered, $"it writes the first {at + 1} messages otherwise where more follow");
            said.Add((asked.Text.Length, EndOf(answered)));
        }

        return said;
    }

    private static void Require(TextValue longer, TextValue beginning, string why)
    {
        if (!longer.Text.StartsWith(beginning.Text, StringComparison.Ordinal))
        {
            throw new ConfigurationException(
                $"the chat template has no generation blocks, and {why}: where answers stand is not known. Name another form.");
        }
    }

    /// <summary>An answer ends with what the template puts behind it; white space behind a mark is not said.</summary>
    private static int EndOf(TextValue answered)
    {
        var answer = answered.Stretches.LastOrDefault(stretch => stretch.Origin.HasFlag(TextOrigin.Message));
        var behind = answered.Text[answer.End..];
        return behind.Trim().Length > 0 ? answered.Text.TrimEnd().Length : answered.Text.Length;
    }
}
