namespace LibMoE.Runtime;

/// <summary>Questions and answers about images, in turns.</summary>
/// <param name="Id">What the data call it, for messages.</param>
/// <param name="Images">The images' files inside the folder of images, in the order in which the text names them; none for text
/// alone.</param>
/// <param name="Turns">Question, answer, question, answer and so on. <see cref="ConversationFile.ImageMark"/> stands where an image is
/// shown.</param>
public sealed record Conversation(string Id, IReadOnlyList<string> Images, IReadOnlyList<ConversationTurn> Turns)
{
    /// <summary>What the model is told of its task (<see cref="ConversationTemplate.WithSystem"/>); null leaves the template's own
    /// words.</summary>
    public string? System { get; init; }
}

/// <summary>What one side says.</summary>
/// <param name="Role">Which side.</param>
/// <param name="Text">What it says.</param>
public sealed record ConversationTurn(ConversationRole Role, string Text);

/// <summary>The sides of a conversation.</summary>
public enum ConversationRole
{
    /// <summary>Who asks: LLaVA's <c>human</c>.</summary>
    User,

    /// <summary>Who answers, and learns to: LLaVA's <c>gpt</c>.</summary>
    Assistant,
}
