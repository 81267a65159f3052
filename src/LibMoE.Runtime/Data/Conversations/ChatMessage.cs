namespace LibMoE.Runtime.Data.Conversations;

/// <summary>A message of a conversation, as chat interfaces have it.</summary>
/// <param name="Role">Whose it is: <c>system</c>, <c>user</c>, <c>assistant</c>.</param>
/// <param name="Text">What it says.</param>
internal sealed record ChatMessage(string Role, string Text)
{
    /// <summary>What the model is told of its task.</summary>
    public const string System = "system";

    /// <summary>The same, as newer interfaces call it.</summary>
    public const string Developer = "developer";

    /// <summary>Who asks.</summary>
    public const string User = "user";

    /// <summary>Who answers.</summary>
    public const string Assistant = "assistant";

    /// <summary>Turns as messages.</summary>
    /// <param name="system">What the model is told of its task; null for nothing.</param>
    /// <param name="turns">Questions and answers.</param>
    public static IReadOnlyList<ChatMessage> Of(string? system, IEnumerable<ConversationTurn> turns) =>
    [
        .. system is null ? Array.Empty<ChatMessage>() : [new ChatMessage(System, system)],
        .. turns.Select(turn => new ChatMessage(turn.Role == ConversationRole.User ? User : Assistant, turn.Text)),
    ];
}
