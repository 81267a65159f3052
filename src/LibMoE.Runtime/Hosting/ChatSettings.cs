using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>How the verb <c>chat</c> makes a prompt of what is said; configuration section <c>Chat</c>. How tokens are drawn is in
/// <see cref="GenerationOptions"/>.</summary>
public sealed record ChatSettings
{
    /// <summary>What stands between turns: plain, phi3, vicuna or llama; empty takes the chat template that the model's tokenizer came
    /// with, or plain where it has none.</summary>
    public string Template { get; init; } = "";

    /// <summary>What the model is told of its task; empty leaves the template's own words.</summary>
    public string System { get; init; } = "";

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() => Template.Length == 0 || ConversationTemplate.All.Any(template => template.Name == Template)
        ? []
        : [$"Chat:Template is '{Template}'; "
            + $"{NearestName.Advice(Template, [.. ConversationTemplate.All.Select(template => template.Name)])}."];
}
